// Frame rate, key-frame interval and bit rate, measured from the time stamps of a stream's packets.

export interface PacketFacts {
  /** Packets seen. */
  readonly frames: number;
  /** Stream time they span, s. */
  readonly seconds: number;
  /** From the stamps; undefined with fewer than two frames. */
  readonly fps?: number;
  /** Longest time between key frames, s; undefined with fewer than two key frames. */
  readonly keyFrameIntervalS?: number;
  readonly kbitPerS?: number;
}

const KEY = 1;

/**
 * Reads ffmpeg's `framecrc` listing (stream, dts, pts, duration, size, checksum, and flags where they are not just
 * "key frame"). Undefined when it holds no packet.
 */
export function readPackets(listing: string): PacketFacts | undefined {
  const [, num = 1, den = 1] = (/^#tb 0: (\d+)\/(\d+)/m.exec(listing) ?? []).map(Number);
  const times: number[] = [];
  const keys: number[] = [];
  let bytes = 0;
  for (const line of listing.split("\n")) {
    const fields = /^0, +(-?\d+), +(-?\d+), +\d+, +(\d+), 0x[0-9a-f]+(?:, F=0x([0-9a-f]+))?/i.exec(line);
    if (fields === null) continue;
    const time = (Number(fields[2]) * num) / den;
    times.push(time);
    bytes += Number(fields[3]);
    if (fields[4] === undefined || Number.parseInt(fields[4], 16) & KEY) keys.push(time);
  }
  if (times.length === 0) return undefined;
  const seconds = Math.max(...times) - Math.min(...times);
  const intervals = keys.slice(1).map((time, index) => time - (keys[index] ?? time));
  return {
    frames: times.length,
    seconds,
    ...(seconds > 0 ? { fps: (times.length - 1) / seconds, kbitPerS: (bytes * 8) / 1000 / seconds } : {}),
    ...(intervals.length > 0 ? { keyFrameIntervalS: Math.max(...intervals) } : {}),
  };
}

// The NUT reader against ffmpeg's own output, whole, in pieces and damaged.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NutDamage } from "../../../edge/camera/nut-bytes.ts";
import { NutReader } from "../../../edge/camera/nut.ts";
import { ffmpeg } from "./clip-file.ts";

function nut(size: string, frames: number, rate: string, ...args: string[]): Buffer {
  const source = ["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${rate}`, "-frames:v", String(frames)];
  return ffmpeg(...source, "-pix_fmt", "rgb24", "-c:v", "rawvideo", ...args, "-f", "nut", "pipe:1");
}

/** A source that hands out the bytes in pieces of the given sizes, over and over. */
function pieces(bytes: Uint8Array, sizes: readonly number[]) {
  let at = 0;
  let turn = 0;
  return {
    read(target: Uint8Array, offset: number, length: number): number {
      const size = sizes[turn++ % sizes.length] ?? 1;
      const count = Math.min(length, size, bytes.length - at);
      target.set(bytes.subarray(at, at + count), offset);
      at += count;
      return count;
    },
  };
}

interface Read {
  readonly ptsMs: number;
  readonly payload: Buffer;
}

function readAll(
  bytes: Uint8Array,
  sizes: readonly number[] = [65_536],
): { frames: Read[]; reader: NutReader } {
  const reader = new NutReader(pieces(bytes, sizes));
  reader.open();
  const frames: Read[] = [];
  for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
    const payload = Buffer.alloc(frame.size);
    if (reader.payload(payload, 0, frame.size)) frames.push({ ptsMs: frame.ptsMs, payload });
  }
  return { frames, reader };
}

describe("NutReader", () => {
  const small = nut("16x16", 12, "25");
  const large = nut("320x240", 8, "30000/1001");
  const pixels = ffmpeg(
    ...["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=30000/1001", "-frames:v", "8"],
    ...["-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"],
  );

  it("reads the size and every time stamp exactly", () => {
    const { frames } = readAll(large);
    const header = new NutReader(pieces(large, [1000])).open();
    expect([header?.width, header?.height]).toEqual([320, 240]);
    expect(frames.map((frame) => frame.ptsMs)).toEqual(
      Array.from({ length: 8 }, (_, index) => expect.closeTo((index * 1001) / 30, 6) as number),
    );
  });

  it("gives the very bytes that ffmpeg encoded", () => {
    expect(Buffer.concat(readAll(large).frames.map((frame) => frame.payload)).equals(pixels)).toBe(true);
  });

  it("reads uneven and far apart time stamps", () => {
    const select = "select='eq(n,0)+eq(n,1)+eq(n,7)+eq(n,11)',setpts='if(eq(N,3),PTS+9000/TB,PTS)'";
    const { frames } = readAll(nut("32x32", 4, "25", "-vf", select, "-fps_mode", "passthrough"));
    expect(frames.map((frame) => Math.round(frame.ptsMs))).toEqual([0, 40, 280, 9_000_440]);
  });

  it("reads the same however the bytes are cut", () => {
    const whole = readAll(small).frames;
    expect(whole).toHaveLength(12);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 8 }), (sizes) => {
        const { frames } = readAll(small, sizes);
        expect(frames.map((frame) => frame.ptsMs)).toEqual(whole.map((frame) => frame.ptsMs));
        expect(
          frames.every((frame, index) => frame.payload.equals(whole[index]?.payload ?? Buffer.alloc(0))),
        ).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("passes over payloads that nobody reads", () => {
    const reader = new NutReader(pieces(large, [5000]));
    const times: number[] = [];
    for (let frame = reader.next(); frame !== undefined; frame = reader.next()) times.push(frame.ptsMs);
    expect(times).toHaveLength(8);
  });

  it("finds the next frame after a damaged stretch and never invents a time stamp", () => {
    const times = new Set(readAll(large).frames.map((frame) => frame.ptsMs));
    fc.assert(
      fc.property(
        fc.integer({ min: 400, max: large.length - 1000 }),
        fc.integer({ min: 1, max: 500 }),
        (at, length) => {
          const damaged = Buffer.concat([large.subarray(0, at), large.subarray(at + length)]);
          const { frames } = readAll(damaged);
          expect(frames.length).toBeGreaterThanOrEqual(6);
          for (const frame of frames) expect(times.has(frame.ptsMs)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("never throws anything but NutDamage, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, withHeader) => {
        const input = withHeader ? Buffer.concat([large.subarray(0, 300), bytes]) : bytes;
        try {
          readAll(input, [37]);
        } catch (error) {
          expect(error).toBeInstanceOf(NutDamage);
        }
      }),
    );
  });

  it("refuses what is no NUT file and waits for nothing in an empty one", () => {
    expect(() => new NutReader(pieces(Buffer.alloc(100, 1), [10])).open()).toThrow(NutDamage);
    expect(new NutReader(pieces(Buffer.alloc(0), [1])).open()).toBeUndefined();
  });
});

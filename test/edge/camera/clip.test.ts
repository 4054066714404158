// Clips out of the ring: the camera's own pictures at their own times, over a reconnect too, within the ring's bounds.
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { openCamera } from "../../../edge/camera/camera.ts";
import type { Clip } from "../../../edge/camera/clip.ts";
import type { Frame, FrameSource } from "../../../edge/camera/frame.ts";
import type { RingLimits } from "../../../edge/camera/ring.ts";
import { greyLuma, readClock, rgbLuma } from "../../camera-server/clock-picture.ts";
import { gstreamer } from "../../camera-server/gstreamer.ts";
import { CameraServer, clockPicture, freePort } from "../../camera-server/server.ts";
import { ffmpeg, makeClip, temporaryFolder } from "./clip-file.ts";
import { decodeClip } from "./decode-clip.ts";

const folder = temporaryFolder();
const log = pino({ level: "silent" });
const SMALL = { width: 160, height: 90 };
const PLENTY: RingLimits = { seconds: 60, megabytes: 50 };

function open(source: string, pace: "live" | "lock-step", ring: RingLimits): FrameSource {
  const small = [{ ...SMALL, fit: "stretch" as const, pad: 0 }];
  return openCamera({ name: "test", source, pace, log, request: { small, full: false, fps: 0, ring } });
}

async function cut(camera: FrameSource, fromMs: number, toMs: number): Promise<Clip> {
  if (camera.clip === undefined) throw new Error("no ring");
  return camera.clip({ fromMs, toMs }, AbortSignal.timeout(30_000));
}

/** Plays a file to its end. */
async function playAll(camera: FrameSource): Promise<void> {
  for await (const frame of camera.frames(AbortSignal.timeout(30_000))) frame.release();
}

const PATTERN = { size: "320x180", seconds: 8 };
const CODECS: readonly (readonly [string, string, readonly string[]])[] = [
  ["H.264 with reordered pictures", "b.mp4", ["-c:v", "libx264", "-g", "25", "-bf", "2", "-preset", "fast"]],
  [
    "H.265",
    "h265.mp4",
    ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=25"],
  ],
  ["Motion JPEG", "m.avi", ["-c:v", "mjpeg", "-q:v", "3"]],
];

describe("a clip of a file", () => {
  it.each(CODECS)("of %s holds the file's own pictures at their media times", async (_, name, codec) => {
    const file = makeClip(join(folder, name), PATTERN, ...codec, "-pix_fmt", "yuv420p");
    const camera = open(file, "lock-step", PLENTY);
    await playAll(camera);
    const { parts, missing } = await cut(camera, 3000, 5000);
    await camera.stop();
    const [part] = parts;
    expect(missing).toEqual([]);
    expect(parts).toHaveLength(1);
    if (part === undefined) return;
    expect(part.fromMs).toBeLessThanOrEqual(3000);
    const pictures = decodeClip(part.bytes, SMALL);
    const filter = `scale=${SMALL.width}:${SMALL.height}:flags=area,format=gray`;
    const all = ffmpeg("-i", file, "-vf", filter, "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1");
    const length = SMALL.width * SMALL.height;
    const times = pictures.map(({ ptsMs }) => Math.round((ptsMs + part.zeroMs) / 40));
    expect(times).toEqual(times.map((_time, index) => (times[0] ?? 0) + index));
    expect(times[0]).toBeLessThanOrEqual(75);
    expect(times.at(-1)).toBeGreaterThanOrEqual(124);
    for (const [index, { pixels }] of pictures.entries()) {
      const frame = times[index] ?? 0;
      expect(
        Buffer.compare(pixels, all.subarray(frame * length, (frame + 1) * length)),
        `frame ${frame}`,
      ).toBe(0);
    }
  });

  it("of a codec that MP4 can't hold is encoded, and its times stay", async () => {
    const file = makeClip(join(folder, "old.avi"), PATTERN, "-c:v", "msmpeg4v2", "-g", "25");
    const camera = open(file, "lock-step", PLENTY);
    await playAll(camera);
    const { parts, missing } = await cut(camera, 3000, 5000);
    await camera.stop();
    expect(missing).toEqual([]);
    const zeroMs = parts[0]?.zeroMs ?? 0;
    const times = decodeClip(parts[0]?.bytes ?? Buffer.alloc(0), SMALL).map(({ ptsMs }) => ptsMs + zeroMs);
    expect(times[0]).toBeLessThanOrEqual(3000);
    expect(times.at(-1)).toBeGreaterThanOrEqual(4960);
  });

  it("says what the ring has let go, by seconds", async () => {
    const file = makeClip(join(folder, "seconds.mp4"), PATTERN, "-c:v", "libx264", "-g", "25");
    const camera = open(file, "lock-step", { seconds: 3, megabytes: 50 });
    await playAll(camera);
    const { parts, missing } = await cut(camera, 1000, 8000);
    await camera.stop();
    expect(parts[0]?.fromMs).toBeGreaterThanOrEqual(3000);
    expect(parts[0]?.fromMs).toBeLessThanOrEqual(5000);
    expect(missing).toEqual([{ fromMs: 1000, toMs: parts[0]?.fromMs }]);
  });

  it("says what the ring has let go, by bytes", async () => {
    const file = makeClip(join(folder, "bytes.mp4"), PATTERN, "-c:v", "libx264", "-g", "25", "-b:v", "2M");
    const camera = open(file, "lock-step", { seconds: 60, megabytes: 0.9 });
    await playAll(camera);
    const { parts, missing } = await cut(camera, 0, 8000);
    await camera.stop();
    expect(parts[0]?.bytes.length).toBeLessThanOrEqual(0.91e6);
    expect(missing[0]?.fromMs).toBe(0);
    expect(parts.at(-1)?.toMs).toBeCloseTo(8000, -1);
  });

  it("of a time that is not there is empty and says so", async () => {
    const file = makeClip(join(folder, "short.mp4"), { size: "320x180", seconds: 1 });
    const camera = open(file, "lock-step", PLENTY);
    await playAll(camera);
    if (camera.clip === undefined) throw new Error("no ring");
    const clip = await camera.clip({ fromMs: 60_000, toMs: 70_000 }, AbortSignal.timeout(500));
    await camera.stop();
    expect(clip).toEqual({ parts: [], missing: [{ fromMs: 60_000, toMs: 70_000 }] });
  });
});

interface Seen {
  readonly tMs: number;
  readonly timeline: number;
  /** The time drawn in the frame's picture, ms since 1970. */
  readonly drawnMs: number;
}

function see({ time, small }: Frame): Seen | undefined {
  const [picture] = small;
  const drawnMs = picture === undefined ? undefined : readClock(rgbLuma(picture));
  return drawnMs === undefined ? undefined : { tMs: time.tMs, timeline: time.timeline, drawnMs };
}

describe.skipIf(gstreamer === undefined)("a clip of a live camera", () => {
  it("shows the event's clock within one frame, 50 times out of 50, across a reconnect too", {
    timeout: 120_000,
  }, async () => {
    const server = new CameraServer({
      launch: clockPicture({ width: 320, height: 180 }),
      port: await freePort(),
    });
    await server.start();
    const camera = open(server.url, "live", PLENTY);
    const seen: Seen[] = [];
    const stop = new AbortController();
    const watching = (async (): Promise<void> => {
      for await (const frame of camera.frames(stop.signal)) {
        const one = see(frame);
        frame.release();
        if (one !== undefined) seen.push(one);
      }
    })();
    const until = async (timeline: number, count: number): Promise<void> => {
      const giveUp = AbortSignal.timeout(60_000);
      while (seen.filter((one) => one.timeline === timeline).length < count) {
        giveUp.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    try {
      await until(0, 250);
      await server.kill();
      await server.start();
      await until(1, 250);
      // Frames at the very edges are left out: a fragment before its key frame can't be decoded.
      const events = Array.from({ length: 50 }, (_, index) => seen[40 + index * 8]).filter(
        (one) => one !== undefined,
      );
      const wrong: object[] = [];
      let across = 0;
      for (const event of events) {
        const { parts, missing } = await cut(camera, event.tMs - 5000, event.tMs + 5000);
        const part = parts.find(({ fromMs, toMs }) => fromMs <= event.tMs && event.tMs < toMs);
        const shown = part === undefined ? undefined : clockAt(part, event.tMs);
        if (shown === undefined || Math.abs(shown - event.drawnMs) > 45)
          wrong.push({ event, shown, missing });
        if (
          parts.some(({ fromMs }) => fromMs > event.tMs) ||
          missing.some((gap) => gap.fromMs > event.tMs - 4900)
        )
          across++;
      }
      expect(events).toHaveLength(50);
      expect(wrong).toEqual([]);
      expect(across).toBeGreaterThan(5);
    } finally {
      stop.abort();
      await watching;
      await camera.stop();
      await server.kill();
    }
  });
});

/** The time drawn in the clip's picture nearest to a media time. */
function clockAt({ bytes, zeroMs }: Clip["parts"][number], tMs: number): number | undefined {
  const pictures = decodeClip(bytes, SMALL);
  const nearest = pictures.reduce((best, one) =>
    Math.abs(one.ptsMs + zeroMs - tMs) < Math.abs(best.ptsMs + zeroMs - tMs) ? one : best,
  );
  return readClock(greyLuma(SMALL.width, SMALL.height, nearest.pixels));
}

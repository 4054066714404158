// A camera over files: what is delivered, in which order, with which times, and what is said of bad input.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { openCamera } from "../../../edge/camera/camera.ts";
import type { CameraOptions } from "../../../edge/camera/camera-options.ts";
import type { CameraState, Frame, FrameSource, SmallRequest } from "../../../edge/camera/frame.ts";
import { place } from "../../../models/letterbox.ts";
import { ffmpeg, makeClip, temporaryFolder } from "./clip-file.ts";

const folder = temporaryFolder();
const log = pino({ level: "silent" });
const letterbox: SmallRequest = { width: 96, height: 96, fit: "letterbox-top-left", pad: 114 };
const stretch: SmallRequest = { width: 64, height: 48, fit: "stretch", pad: 0 };

type Overrides = Partial<Omit<CameraOptions, "source" | "log">>;

function open(source: string, overrides: Overrides = {}): FrameSource {
  const request = { small: [letterbox], full: false, fps: 0 };
  return openCamera({ name: "test", source, request, pace: "lock-step", log, ...overrides });
}

/** Frames up to `most`, each seen by `see` and released. */
async function play(
  camera: FrameSource,
  see: (frame: Frame) => void = () => undefined,
  most = Infinity,
): Promise<number> {
  let count = 0;
  try {
    for await (const frame of camera.frames(AbortSignal.timeout(30_000))) {
      see(frame);
      frame.release();
      if (++count >= most) break;
    }
  } finally {
    await camera.stop();
  }
  return count;
}

describe("a camera in lock step", () => {
  const clip = makeClip(join(folder, "clip.mp4"), { size: "320x240", seconds: 2 });

  it("delivers every frame once, in order, with the file's own times", async () => {
    const times: number[] = [];
    const camera = open(clip);
    const count = await play(camera, ({ time }) => times.push(time.tMs));
    expect(count).toBe(50);
    expect(times.map(Math.round)).toEqual(Array.from({ length: 50 }, (_, index) => index * 40));
    expect(camera.dropped).toBe(0);
    expect(camera.picture).toEqual({ width: 320, height: 240 });
    expect(camera.state).toEqual({ state: "ended" });
  });

  it("selects the asked rate by time stamps", async () => {
    const times: number[] = [];
    await play(open(clip, { request: { small: [letterbox], full: false, fps: 5 } }), ({ time }) =>
      times.push(time.tMs),
    );
    expect(times.map(Math.round)).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800]);
  });

  it("gives the same bytes and times twice", async () => {
    const run = async (): Promise<string> => {
      const hash = createHash("sha256");
      const camera = open(clip, { request: { small: [letterbox, stretch], full: true, fps: 0 } });
      await play(camera, (frame) => {
        hash.update(JSON.stringify([frame.time.tMs, frame.time.captureMs]));
        for (const picture of frame.small) hash.update(picture.pixels);
        hash.update(frame.full?.planes ?? "");
      });
      return hash.digest("hex");
    };
    expect(await run()).toBe(await run());
  });

  it("gives the full picture bit for bit as decoded, at the instants of the small ones", async () => {
    const reference = ffmpeg("-i", clip, "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1");
    const full: Buffer[] = [];
    const camera = open(clip, { request: { small: [stretch], full: true, fps: 0 } });
    await play(camera, (frame) => full.push(Buffer.from(frame.full?.planes ?? [])));
    expect(Buffer.concat(full).equals(reference)).toBe(true);
  });

  it("counts capture time from the given start and calls it exact", async () => {
    const startMs = Date.UTC(2026, 0, 5, 7);
    const captures: number[] = [];
    await play(open(clip, { startMs }), ({ time }) => {
      captures.push(time.captureMs);
      expect(time).toMatchObject({ method: "media", uncertaintyMs: 0, timeline: 0 });
    });
    expect(captures.slice(0, 2)).toEqual([startMs, startMs + 40]);
  });

  it("waits for a consumer that holds frames instead of dropping any", async () => {
    const camera = open(clip);
    const held: Frame[] = [];
    let count = 0;
    for await (const frame of camera.frames(AbortSignal.timeout(30_000))) {
      held.push(frame);
      count++;
      if (held.length > 3) held.shift()?.release();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const frame of held) frame.release();
    await camera.stop();
    expect([count, camera.dropped]).toEqual([50, 0]);
  });

  it("ends at once when it is stopped in the middle", async () => {
    expect(await play(open(clip), undefined, 3)).toBe(3);
  });
});

describe("a camera's pictures", () => {
  /** The rectangle of `picture` that is not border. */
  function content(pixels: Uint8Array, { width, height, pad }: SmallRequest): number[] {
    let [left, top, right, bottom] = [width, height, -1, -1];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (pixels[(y * width + x) * 3] === pad) continue;
        [left, top] = [Math.min(left, x), Math.min(top, y)];
        [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
      }
    }
    return [left, top, right - left + 1, bottom - top + 1];
  }

  it.each([
    ["320x180", "letterbox-top-left"],
    ["180x320", "letterbox-top-left"],
    ["322x182", "letterbox-centre"],
    ["202x326", "letterbox-centre"],
    ["48x30", "letterbox-centre"],
    ["16x16", "letterbox-top-left"],
  ] as const)("of %s lie in the input where models/letterbox.ts places them (%s)", async (size, fit) => {
    const file = join(folder, `white-${size}.mp4`);
    const codec = ["-c:v", "libx264", "-pix_fmt", "yuv420p", file];
    ffmpeg("-f", "lavfi", "-i", `color=white:size=${size}:rate=5`, "-frames:v", "2", ...codec);
    const input = { width: 97, height: 85, fit, pad: 10 };
    const camera = open(file, { request: { small: [input], full: false, fps: 0 } });
    let seen: number[] = [];
    await play(camera, (frame) => {
      seen = content(frame.small[0]?.pixels ?? new Uint8Array(), input);
    });
    const [width = 0, height = 0] = size.split("x").map(Number);
    const placed = place({ width, height }, input);
    expect(seen).toEqual([placed.offsetX, placed.offsetY, placed.width, placed.height]);
  });

  it("are stretched to square pixels when the source's are not", async () => {
    const file = makeClip(
      join(folder, "pal.mp4"),
      { size: "720x576", seconds: 0.2 },
      ...["-vf", "setsar=16/15", "-c:v", "libx264", "-pix_fmt", "yuv420p"],
    );
    const camera = open(file, { request: { small: [letterbox], full: true, fps: 0 } });
    await play(camera, (frame) => {
      expect([frame.full?.width, frame.full?.height]).toEqual([768, 576]);
    });
    expect(camera.picture).toEqual({ width: 768, height: 576 });
  });

  it("of odd sizes keep their last column and row", async () => {
    const file = makeClip(
      join(folder, "odd.mkv"),
      { size: "322x242", seconds: 0.2 },
      ...["-vf", "crop=321:241:exact=1", "-c:v", "ffv1", "-pix_fmt", "yuv444p"],
    );
    const camera = open(file, { request: { small: [letterbox], full: true, fps: 0 } });
    await play(camera, (frame) => {
      expect([frame.full?.width, frame.full?.height]).toEqual([321, 241]);
      expect(frame.full?.planes.length).toBe(321 * 241 + 2 * 161 * 121);
    });
  });

  it("tell which matrix their colours need", async () => {
    const tagged = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-colorspace", "bt709"];
    const cases = [
      [makeClip(join(folder, "tagged.mp4"), { size: "64x48", seconds: 0.2 }, ...tagged), "bt709"],
      [makeClip(join(folder, "sd.mp4"), { size: "64x48", seconds: 0.2 }), "bt601"],
      [makeClip(join(folder, "hd.mp4"), { size: "1280x720", seconds: 0.2 }), "bt709"],
    ] as const;
    for (const [file, matrix] of cases) {
      await play(open(file, { request: { small: [], full: true, fps: 0 } }), (frame) => {
        expect(frame.full?.matrix).toBe(matrix);
      });
    }
  });
});

describe("a file at its own pace", () => {
  it("begins a new timeline at each loop, and media time goes on", async () => {
    const clip = makeClip(join(folder, "short.mp4"), { size: "64x48", seconds: 0.4 });
    const states: CameraState["state"][] = [];
    const camera = open(clip, {
      pace: "realtime-file",
      loop: true,
      onState: ({ state }) => states.push(state),
    });
    const timelines: number[] = [];
    let last = -1;
    await play(
      camera,
      ({ time }) => {
        expect(time.tMs).toBeGreaterThan(last);
        last = time.tMs;
        if (timelines.at(-1) !== time.timeline) timelines.push(time.timeline);
      },
      25,
    );
    expect(timelines.slice(0, 3)).toEqual([0, 1, 2]);
    expect(states[0]).toBe("running");
  });

  it("drops and counts what nobody takes, and always gives the latest", async () => {
    const clip = makeClip(join(folder, "latest.mp4"), { size: "64x48", seconds: 2 });
    const camera = open(clip, { pace: "realtime-file" });
    const times: number[] = [];
    await play(camera, ({ time }) => times.push(time.tMs), 1);
    const slow = open(clip, { pace: "realtime-file" });
    let count = 0;
    for await (const frame of slow.frames(AbortSignal.timeout(30_000))) {
      frame.release();
      count++;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await slow.stop();
    expect(slow.dropped).toBeGreaterThan(0);
    expect(count + slow.dropped).toBe(50);
  });

  it("waits for a missing file to appear, saying what it waits for", async () => {
    const later = join(folder, "later.mp4");
    const states: CameraState[] = [];
    const camera = open(later, { pace: "realtime-file", onState: (state) => states.push(state) });
    const made = new Promise((resolve) => setTimeout(resolve, 600)).then(() =>
      makeClip(later, { size: "64x48", seconds: 1 }),
    );
    expect(await play(camera, undefined, 5)).toBe(5);
    await made;
    expect(states[0]).toMatchObject({ state: "reconnecting", cause: `${later}: no such file`, attempt: 1 });
  });
});

describe("a frame", () => {
  it("keeps its pixels until its last holder releases it", async () => {
    const clip = makeClip(join(folder, "held.mp4"), { size: "64x48", seconds: 1 });
    const camera = open(clip);
    let first: Frame | undefined;
    let before: Buffer | undefined;
    for await (const frame of camera.frames(AbortSignal.timeout(30_000))) {
      if (first === undefined) {
        frame.retain();
        first = frame;
        before = Buffer.from(frame.small[0]?.pixels ?? []);
      }
      frame.release();
    }
    expect(Buffer.from(first?.small[0]?.pixels ?? []).equals(before ?? Buffer.alloc(0))).toBe(true);
    first?.release();
    expect(() => first?.release()).toThrow(/more often/);
    expect(() => first?.retain()).toThrow(/released/);
    await camera.stop();
  });
});

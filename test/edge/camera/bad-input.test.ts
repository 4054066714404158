// Files that are no video, hardly one, or not a whole one: each plays as far as it can and is called what it is.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { openCamera } from "../../../edge/camera/camera.ts";
import { CameraError } from "../../../edge/camera/cause.ts";
import type { CameraState, Frame, FrameSource } from "../../../edge/camera/frame.ts";
import { PictureHealth } from "../../../edge/health/picture-health.ts";
import { ffmpeg, makeClip, temporaryFolder } from "./clip-file.ts";

const folder = temporaryFolder();
const SMALL = { width: 96, height: 96, fit: "letterbox-top-left", pad: 114 } as const;

interface Played {
  readonly camera: FrameSource;
  readonly frames: number;
  readonly lines: readonly string[];
  readonly error: unknown;
}

async function play(
  source: string,
  see: (frame: Frame) => Promise<void> | void = () => undefined,
): Promise<Played> {
  const lines: string[] = [];
  const camera = openCamera({
    name: "test",
    source,
    request: { small: [SMALL], full: false, fps: 0 },
    pace: "lock-step",
    log: pino({ level: "warn" }, { write: (line: string) => lines.push(line) }),
  });
  let frames = 0;
  let error: unknown;
  try {
    for await (const frame of camera.frames(AbortSignal.timeout(60_000))) {
      await see(frame);
      frame.release();
      frames++;
    }
  } catch (caught) {
    error = caught;
  }
  await camera.stop();
  return { camera, frames, lines, error };
}

async function failure(source: string): Promise<CameraError> {
  const { camera, error } = await play(source);
  expect(camera.state.state).toBe("failed");
  expect(error).toBeInstanceOf(CameraError);
  return error as CameraError;
}

describe("a file that is no video", () => {
  it("is named where it is missing", async () => {
    const missing = join(folder, "missing.mp4");
    expect(await failure(missing)).toMatchObject({ code: "no-file", message: `${missing}: no such file` });
  });

  it("is named where it has ten bytes, or is a text", async () => {
    const tiny = join(folder, "tiny.mp4");
    writeFileSync(tiny, "0123456789");
    expect(await failure(tiny)).toMatchObject({ code: "not-video" });
    const text = join(folder, "text.mp4");
    writeFileSync(text, "lorem ipsum\n".repeat(2000));
    expect(await failure(text)).toMatchObject({ code: "not-video" });
  });

  it("is named where it has sound and no picture", async () => {
    const sound = join(folder, "sound.wav");
    ffmpeg("-f", "lavfi", "-i", "sine=duration=1", sound);
    expect(await failure(sound)).toMatchObject({ code: "no-picture-stream" });
  });
});

/** The first 60 % of a video of four seconds. */
function cutOff(name: string, ...options: string[]): string {
  const whole = makeClip(
    join(folder, `whole-${name}`),
    { size: "320x240", seconds: 4 },
    "-c:v",
    "libx264",
    ...options,
  );
  const bytes = readFileSync(whole);
  const file = join(folder, name);
  writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
  return file;
}

describe("a file that is cut off", () => {
  it.each([
    ["cut.mp4", ["-movflags", "faststart"]],
    ["cut.mkv", []],
  ])("plays as far as it goes and says that its end is missing (%s)", async (name, options) => {
    const file = cutOff(name, ...options);
    const { camera, frames, lines } = await play(file);
    expect(frames).toBeGreaterThan(25);
    expect(frames).toBeLessThan(100);
    expect(camera.state).toEqual({ state: "ended", cause: "the file is cut off: its end is missing" });
    expect(lines.join("")).toContain(`${file}: the file is cut off`);
  });

  it("is degraded while a box plays it over and over", async () => {
    const states: CameraState[] = [];
    const camera = openCamera({
      name: "test",
      source: cutOff("looped.mkv"),
      request: { small: [SMALL], full: false, fps: 5 },
      pace: "realtime-file",
      loop: true,
      log: pino({ level: "silent" }),
      onState: (state) => states.push(state),
    });
    for await (const frame of camera.frames(AbortSignal.timeout(30_000))) {
      frame.release();
      if (states.some((state) => state.state === "running" && state.degraded !== undefined)) break;
    }
    await camera.stop();
    expect(states).toContainEqual(
      expect.objectContaining({ degraded: "the file is cut off: its end is missing" }),
    );
  });

  it("can't be played without its index, and that is named", async () => {
    expect((await failure(cutOff("no-index.mp4"))).message).toContain("cut off before its index");
  });
});

describe("a video that is hardly one", () => {
  it("plays when it has one frame", async () => {
    const one = join(folder, "one.mp4");
    ffmpeg(
      "-f",
      "lavfi",
      "-i",
      "testsrc2=size=320x240:rate=25",
      "-frames:v",
      "1",
      "-pix_fmt",
      "yuv420p",
      one,
    );
    expect(await play(one)).toMatchObject({ frames: 1, error: undefined });
  });

  it.each(["16x16", "7680x4320"])("plays at %s", async (size) => {
    const file = makeClip(join(folder, `${size}.mp4`), { size, seconds: 0.12 });
    const { camera, frames } = await play(file);
    const [width, height] = size.split("x").map(Number);
    expect(frames).toBe(3);
    expect(camera.picture).toEqual({ width, height });
  });

  it("is called dark when it is black without end", async () => {
    const file = join(folder, "black.mp4");
    ffmpeg("-f", "lavfi", "-i", "color=black:size=320x240:rate=1", "-t", "60", "-pix_fmt", "yuv420p", file);
    const health = new PictureHealth({ input: SMALL });
    const opened: string[] = [];
    await play(file, async (frame) => {
      const { notices } = await health.look(frame, { width: 320, height: 240 }, "scene");
      opened.push(...notices.filter(({ state }) => state === "opened").map(({ kind }) => kind));
    });
    expect(opened).toEqual(["dark"]);
  });
});

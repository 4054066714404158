// A camera read and decoded in two processes: the same frames, and key frames alone while it rests.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { openCamera } from "../../../edge/camera/camera.ts";
import type { Frame, FrameSource } from "../../../edge/camera/frame.ts";
import { gstreamer } from "../../camera-server/gstreamer.ts";
import { CameraServer, freePort, testPicture } from "../../camera-server/server.ts";
import { makeClip, temporaryFolder } from "./clip-file.ts";

const folder = temporaryFolder();
const plain = makeClip(join(folder, "plain.mp4"), { size: "320x240", seconds: 8 });
/** Eight seconds at 25 frames a second, a key frame every second. */
const clip = join(folder, "groups.mp4");
const group = ["-c:v", "libx264", "-bf", "0", "-g", "25", "-keyint_min", "25", "-sc_threshold", "0"];
execFileSync("ffmpeg", ["-v", "error", "-nostdin", "-y", "-i", plain, ...group, clip]);

/** Media times of all frames, ms; `see` may let the camera rest. */
async function play(
  source: string,
  see: (camera: FrameSource, tMs: number, frame: Frame) => void,
  gated = true,
): Promise<number[]> {
  const camera = openCamera({
    name: "test",
    source,
    request: { small: [{ width: 96, height: 96, fit: "letterbox-top-left", pad: 114 }], full: false, fps: 5 },
    pace: "realtime-file",
    gated,
    log: pino({ level: "silent" }),
  });
  const times: number[] = [];
  try {
    for await (const frame of camera.frames(AbortSignal.timeout(40_000))) {
      times.push(frame.time.tMs);
      see(camera, frame.time.tMs, frame);
      frame.release();
    }
  } finally {
    await camera.stop();
  }
  return times.map(Math.round);
}

const steps = (times: readonly number[]): number[] =>
  times.slice(1).map((time, index) => time - (times[index] ?? time));

describe("a gated camera", () => {
  it("gives every frame due at its own time while it does not rest", async () => {
    const times = await play(clip, () => undefined);
    expect(times.length).toBeGreaterThan(35);
    expect(steps(times).every((step) => step === 200)).toBe(true);
  });

  it("gives frames the same times as an ordinary one", async () => {
    const stamps = async (gated: boolean): Promise<number[]> => {
      const seen: number[] = [];
      await play(clip, (_camera, _tMs, { time }) => seen.push(time.ptsMs), gated);
      return seen;
    };
    const [gated, ordinary] = [await stamps(true), await stamps(false)];
    const common = ordinary.filter((ptsMs) => gated.some((other) => Math.abs(other - ptsMs) < 0.02));
    expect(common.length).toBeGreaterThan(35);
  });

  it("decodes every frame of a codec whose key frames the gate doesn't know", async () => {
    const motion = join(folder, "motion.avi");
    execFileSync("ffmpeg", ["-v", "error", "-nostdin", "-y", "-i", plain, "-c:v", "mjpeg", motion]);
    const times = await play(motion, (camera) => camera.rest?.(true));
    expect(times.length).toBeGreaterThan(30);
    expect(steps(times).every((step) => step === 200)).toBe(true);
  });

  it("gives key frames while it rests, and every frame due again once it is woken", async () => {
    const times = await play(clip, (camera, tMs) => camera.rest?.(tMs >= 1500 && tMs < 4500));
    const resting = times.filter((time) => time >= 2500 && time <= 4500);
    expect(resting.length).toBeLessThanOrEqual(3);
    expect(resting.every((time) => time % 1000 === 0)).toBe(true);
    const woken = times.filter((time) => time >= 5500);
    expect(woken.length).toBeGreaterThan(8);
    expect(steps(woken).every((step) => step === 200)).toBe(true);
    expect(steps(times).every((step) => step > 0)).toBe(true);
  });

  it("says of a file that is none what an ordinary camera says", async () => {
    const states: string[] = [];
    const camera = openCamera({
      name: "test",
      source: join(folder, "missing.mp4"),
      request: { small: [{ width: 96, height: 96, fit: "stretch", pad: 0 }], full: false, fps: 5 },
      pace: "realtime-file",
      gated: true,
      log: pino({ level: "silent" }),
      onState: (state) => {
        if ("cause" in state) states.push(state.cause);
      },
    });
    while (states.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await camera.stop();
    expect(states[0]).toMatch(/missing\.mp4: no such file/);
  });
});

describe.skipIf(gstreamer === undefined)("a gated camera over RTSP", () => {
  it("gives frames, key frames alone while it rests, and comes back after its server was killed", async () => {
    const server = new CameraServer({
      launch: testPicture({ width: 320, height: 240 }),
      port: await freePort(),
    });
    await server.start();
    const states: string[] = [];
    const camera = openCamera({
      name: "test",
      source: server.url,
      request: { small: [{ width: 64, height: 64, fit: "letterbox-centre", pad: 0 }], full: false, fps: 5 },
      pace: "live",
      gated: true,
      log: pino({ level: "silent" }),
      onState: ({ state }) => states.push(state),
    });
    const times: number[] = [];
    try {
      for await (const frame of camera.frames(AbortSignal.timeout(60_000))) {
        const { tMs, timeline } = frame.time;
        times.push(tMs);
        frame.release();
        camera.rest?.(times.length >= 10 && times.length < 14);
        if (times.length === 20) await server.kill();
        if (times.length === 20) await server.start();
        if (timeline > 0 && times.length > 25) break;
      }
    } finally {
      await camera.stop();
      await server.kill();
    }
    // The source makes a key frame every second.
    expect(Math.max(...steps(times.slice(10, 14)))).toBeGreaterThan(900);
    expect(steps(times).every((step) => step > 0)).toBe(true);
    expect(states.filter((state) => state === "running")).toHaveLength(2);
    expect(states).toContain("reconnecting");
  });
});

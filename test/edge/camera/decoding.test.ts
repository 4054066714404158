// Hardware decoding that cannot work here: pictures come all the same, and it is said once.
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { openCamera } from "../../../edge/camera/camera.ts";
import { Decoding } from "../../../edge/camera/decoding.ts";
import type { CameraState } from "../../../edge/camera/frame.ts";
import { makeClip, temporaryFolder } from "./clip-file.ts";

const folder = temporaryFolder();
const MISSING = { hardware: "vaapi", device: "/dev/dri/renderD199" } as const;

describe("a camera told to decode with hardware that is not there", () => {
  it("decodes in software, loses no frame, and says so in its state and in one log line", async () => {
    const clip = makeClip(join(folder, "clip.mp4"), { size: "160x120", seconds: 2 });
    const states: CameraState[] = [];
    const lines: string[] = [];
    const camera = openCamera({
      name: "test",
      source: clip,
      request: { small: [{ width: 32, height: 24, fit: "stretch", pad: 0 }], full: false, fps: 0 },
      pace: "lock-step",
      decoding: MISSING,
      log: pino({ level: "info" }, { write: (line: string) => lines.push(line) }),
      onState: (state) => states.push(state),
    });
    let frames = 0;
    for await (const frame of camera.frames(AbortSignal.timeout(30_000))) {
      frames++;
      frame.release();
    }
    await camera.stop();
    expect(frames).toBe(50);
    expect(new Set(states.map(({ state }) => state))).toEqual(new Set(["running", "ended"]));
    expect(states[0]).toMatchObject({
      degraded: expect.stringContaining(
        "hardware decoding (vaapi /dev/dri/renderD199) does not work here",
      ) as string,
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("decoded in software");
  });
});

describe("Decoding", () => {
  it("asks for nothing where nothing is configured, and takes no words for a refusal", () => {
    const decoding = new Decoding(undefined);
    expect(decoding.begin()).toEqual([]);
    expect(decoding.hear("Device creation failed: -22.")).toBe(false);
  });

  it("asks until it is refused, whatever else goes wrong", () => {
    const decoding = new Decoding(MISSING);
    const asked = ["-hwaccel", "vaapi", "-hwaccel_device", "/dev/dri/renderD199"];
    expect(decoding.begin()).toEqual(asked);
    expect(decoding.hear("Connection refused")).toBe(false);
    expect(decoding.asksNoMore).toBe(false);
    expect(decoding.begin()).toEqual(asked);
    // The device is there, but can't decode this stream: ffmpeg goes on in software by itself.
    expect(decoding.hear("Failed setup for format vaapi: hwaccel initialisation returned error.")).toBe(true);
    expect(decoding.hear("Failed setup for format vaapi: hwaccel initialisation returned error.")).toBe(
      false,
    );
    expect(decoding.asksNoMore).toBe(true);
    expect(decoding.begin()).toEqual([]);
    expect(decoding.asksNoMore).toBe(false);
  });
});

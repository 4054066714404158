// What `ngatu camera probe` finds out about files and real RTSP cameras.
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { adviceFor } from "../../../edge/camera/advice.ts";
import { probeCamera } from "../../../edge/camera/probe.ts";
import { gstreamer } from "../../camera-server/gstreamer.ts";
import { CameraServer, freePort, testPicture } from "../../camera-server/server.ts";
import { makeClip, temporaryFolder } from "./clip-file.ts";

const folder = temporaryFolder();

describe("probeCamera", () => {
  it("tells a file's codec, size, rate, length and key-frame interval", async () => {
    const codec = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p"];
    const file = makeClip(join(folder, "clip.mp4"), { size: "640x480", seconds: 5 }, ...codec);
    const facts = await probeCamera({ source: file, seconds: 5 });
    expect(facts).toMatchObject({
      source: file,
      live: false,
      codec: "h264",
      width: 640,
      height: 480,
      audio: false,
    });
    expect(facts.fps).toBeCloseTo(25, 3);
    expect(facts.durationS).toBeCloseTo(5, 1);
    expect(facts.keyFrameIntervalS).toBeCloseTo(2, 3);
    expect(adviceFor(facts)).toEqual([]);
  });

  it("advises on rare key frames, low rate and a small picture", async () => {
    const codec = [
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
      "-g",
      "20",
      "-keyint_min",
      "20",
      "-pix_fmt",
      "yuv420p",
    ];
    const file = makeClip(join(folder, "rare.mp4"), { size: "320x240", seconds: 30, fps: 2 }, ...codec);
    const facts = await probeCamera({ source: file, seconds: 5 });
    expect(adviceFor(facts)).toEqual(["key-frames-rare", "rate-low", "picture-small"]);
  });

  it("names a missing file, a text and a port where nothing listens", async () => {
    const text = join(folder, "text.mp4");
    writeFileSync(text, "no video at all");
    const url = `rtsp://127.0.0.1:${await freePort()}/cam`;
    await expect(probeCamera({ source: join(folder, "none"), seconds: 1 })).rejects.toMatchObject({
      code: "no-file",
    });
    await expect(probeCamera({ source: text, seconds: 1 })).rejects.toMatchObject({ code: "not-video" });
    await expect(probeCamera({ source: url, seconds: 1 })).rejects.toMatchObject({ code: "refused" });
  });

  it.skipIf(gstreamer === undefined)(
    "looks at a protected RTSP camera, and its answer has no password",
    async () => {
      const credentials = { user: "viewer", password: "s3cret pass" };
      const launch = testPicture({ width: 640, height: 480 }, 10);
      const server = new CameraServer({ launch, port: await freePort(), credentials });
      await server.start();
      try {
        const source = server.url.replace("//", "//viewer@");
        const facts = await probeCamera({ source, password: credentials.password, seconds: 2 });
        expect(facts).toMatchObject({ source, live: true, codec: "h264", width: 640, height: 480 });
        expect(facts.keyFrameIntervalS).toBeCloseTo(0.4, 1);
        const wrong = probeCamera({ source, password: "wr0ng", seconds: 2 });
        await expect(wrong).rejects.toMatchObject({
          code: "unauthorised",
          message: `${source}: user or password refused`,
        });
      } finally {
        await server.kill();
      }
    },
  );
});

// An annotated video: real ffmpeg, the recording's own pace, and what it says when it cannot write.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { AnnotateError, openAnnotatedVideo } from "../../../cli/replay/annotated-video.ts";
import type { FullPicture } from "../../../edge/camera/frame.ts";

const folder = mkdtempSync(join(tmpdir(), "ngatu-annotate-"));
afterAll(() => rmSync(folder, { recursive: true }));
const run = promisify(execFile);

/** A black picture. */
function black(width: number, height: number): FullPicture {
  const planes = new Uint8Array(new SharedArrayBuffer((width * height * 3) / 2));
  planes.fill(16, 0, width * height);
  planes.fill(128, width * height);
  return { width, height, planes, matrix: "bt601" };
}

const left =
  '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"><rect width="32" height="48" fill="#fff"/></svg>';

test("shows each frame with its drawing for as long as the recording did", async () => {
  const file = join(folder, "out.mp4");
  const video = openAnnotatedVideo(file, 10);
  for (const tMs of [5_000, 5_100, 6_000]) await video.write(tMs, black(64, 48), left);
  await video.close();
  const { stdout } = await run(
    "ffmpeg",
    ["-v", "error", "-i", file, "-f", "rawvideo", "-pix_fmt", "gray", "-"],
    { encoding: "buffer" },
  );
  // At 5.0, 5.1 … 5.9 and 6.0 s.
  expect(stdout.length / (64 * 48)).toBe(11);
  const at = (frame: number, x: number): number => stdout[frame * 64 * 48 + 24 * 64 + x] as number;
  for (const frame of [0, 5, 10]) {
    expect(at(frame, 10)).toBeGreaterThan(220);
    expect(at(frame, 54)).toBeLessThan(30);
  }
});

test("says why it could not be written", async () => {
  const video = openAnnotatedVideo(join(folder, "no-such-folder", "out.mp4"), 10);
  const writeAll = async (): Promise<void> => {
    await video.write(0, black(64, 48), left);
    await video.write(100, black(64, 48), left);
    await video.close();
  };
  await expect(writeAll()).rejects.toThrow(/No such file or directory/);
  await expect(openAnnotatedVideo(join(folder, "empty.mp4"), 10).close()).rejects.toThrow(AnnotateError);
});

// Makes small video files with ffmpeg for the camera's tests.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A folder for one test file, removed after its tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ngatu-test-camera-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs ffmpeg and returns what it wrote to standard output. */
export function ffmpeg(...args: string[]): Buffer {
  return execFileSync("ffmpeg", ["-v", "error", "-nostdin", "-y", ...args], {
    maxBuffer: 1 << 28,
    timeout: 60_000,
  });
}

/** ffmpeg's moving test picture as H.264 (or what `args` say). */
export function makeClip(
  file: string,
  clip: { size: string; seconds: number; fps?: number },
  ...args: string[]
): string {
  const source = `testsrc2=size=${clip.size}:rate=${clip.fps ?? 25}`;
  const codec = args.length > 0 ? args : ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
  ffmpeg("-f", "lavfi", "-i", source, "-t", String(clip.seconds), ...codec, file);
  return file;
}

// Decodes a clip into small grey pictures with the times they have in the file.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ffmpeg } from "./clip-file.ts";

export interface ClipPicture {
  /** In the file, ms. */
  readonly ptsMs: number;
  /** Luma, row-major. */
  readonly pixels: Uint8Array;
}

export function decodeClip(bytes: Buffer, size: { width: number; height: number }): ClipPicture[] {
  const folder = mkdtempSync(join(tmpdir(), "ngatu-test-clip-"));
  try {
    const file = join(folder, "clip.mp4");
    writeFileSync(file, bytes);
    const probe = [
      "-v",
      "error",
      "-select_streams",
      "v",
      "-show_entries",
      "frame=pts_time",
      "-of",
      "csv=p=0",
    ];
    const times = execFileSync("ffprobe", [...probe, file], { encoding: "utf8" })
      .split("\n")
      .filter((line) => /^\d/.test(line));
    const filter = `scale=${size.width}:${size.height}:flags=area,format=gray`;
    const raw = ffmpeg(
      "-i",
      file,
      "-vf",
      filter,
      "-fps_mode",
      "passthrough",
      "-enc_time_base",
      "-1",
      "-f",
      "rawvideo",
      "pipe:1",
    );
    const length = size.width * size.height;
    return times.map((time, index) => ({
      ptsMs: Number.parseFloat(time) * 1000,
      pixels: raw.subarray(index * length, (index + 1) * length),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// Cuts pictures out of the sample media at hand, to compare models on.
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const TIMEOUT_MS = 60_000;
const PER_FILE = 2;
/** Frames between two pictures of one video, so that they differ. */
const APART = 45;

/** Videos in these folders and in the `media` folder of each, in the order of their names. */
export async function findVideos(folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders.flatMap((parent) => [parent, join(parent, "media")])) {
    const names = await readdir(folder).catch(() => []);
    found.push(
      ...names
        .filter((name) => /\.(mp4|avi|mkv|webm|ogv|mov)$/i.test(name))
        .map((name) => join(folder, name)),
    );
  }
  return found;
}

/** ffmpeg is missing, or can't read the file. */
export class PictureError extends Error {
  override readonly name = "PictureError";
}

/** Up to `count` pictures as rgb24 of the given size, stretched; a video gives two, a still picture itself. Rejects with {@link PictureError}. */
export async function cutPictures(
  files: readonly string[],
  count: number,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Uint8Array[]> {
  const pictures: Uint8Array[] = [];
  const size = width * height * 3;
  for (const file of files) {
    if (pictures.length >= count) break;
    const { stdout } = await promisify(execFile)(
      "ffmpeg",
      [
        ...[
          "-nostdin",
          "-v",
          "error",
          "-i",
          file,
          "-vf",
          `select=not(mod(n\\,${APART})),scale=${width}:${height}`,
        ],
        ...[
          "-fps_mode",
          "passthrough",
          "-frames:v",
          `${PER_FILE}`,
          "-f",
          "rawvideo",
          "-pix_fmt",
          "rgb24",
          "-",
        ],
      ],
      { encoding: "buffer", maxBuffer: PER_FILE * size + 1, timeout: TIMEOUT_MS },
    ).catch((cause: unknown) => {
      throw new PictureError(`${file}: ${cause instanceof Error ? cause.message : "no picture"}`, { cause });
    });
    for (let at = 0; at + size <= stdout.length; at += size) pictures.push(stdout.subarray(at, at + size));
  }
  return pictures.slice(0, count);
}

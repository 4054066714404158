// The pictures of a film, so that a clip is judged as a still is.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { pictureBeginnings } from "./unwrap.ts";

/** Pictures a second that are looked at: nobody stands in between for less. */
const FPS = 2;
const TIMEOUT_MS = 120_000;

/** Whether a picture's bytes begin an MP4 or HEIF file. */
export function isFilm(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(4, 8)).toString("latin1") === "ftyp";
}

/** Encoded pictures, in order; none of what can't be played. A film cut short is read as far as it goes. */
export async function filmPictures(film: Uint8Array): Promise<Uint8Array[]> {
  const args = [
    "-v",
    "quiet",
    "-i",
    "pipe:0",
    "-vf",
    `fps=${FPS}`,
    "-q:v",
    "2",
    "-f",
    "image2pipe",
    "-c:v",
    "mjpeg",
  ];
  const child = spawn("ffmpeg", [...args, "pipe:1"], {
    ...{ stdio: ["pipe", "pipe", "ignore"], timeout: TIMEOUT_MS, killSignal: "SIGKILL" },
  });
  const ended = once(child, "close");
  // ffmpeg may have seen enough before all was written: what it made of it counts.
  const fed = pipeline(Readable.from([Buffer.from(film)]), child.stdin).catch(() => undefined);
  const [pictures] = await Promise.all([buffer(child.stdout), fed, ended]);
  return pictureBeginnings(pictures);
}

// Every frame of a video as decoded pixels, one after the other.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { StillPicture } from "../../../edge/detect/still.ts";
import { CountedSetError } from "./counted-set.ts";

const TIMEOUT_MS = 30 * 60_000;

/** All in the same memory: a picture is gone when the next is asked for. */
export async function* videoPictures(
  file: string,
  { width, height }: { readonly width: number; readonly height: number },
): AsyncGenerator<StillPicture> {
  const args = ["-hide_banner", "-nostdin", "-loglevel", "error", "-i", `file:${file}`, "-map", "0:V:0"];
  const child = spawn(
    "ffmpeg",
    [...args, "-fps_mode", "passthrough", "-pix_fmt", "rgb24", "-f", "rawvideo", "-"],
    {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: TIMEOUT_MS,
      killSignal: "SIGKILL",
    },
  );
  const ended = Promise.all([text(child.stderr), once(child, "close")]);
  const rgb = new Uint8Array(width * height * 3);
  let filled = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; ) {
        const taken = Math.min(chunk.length - at, rgb.length - filled);
        rgb.set(chunk.subarray(at, at + taken), filled);
        at += taken;
        filled += taken;
        if (filled < rgb.length) break;
        filled = 0;
        yield { width, height, rgb };
      }
    }
    const [errors] = await ended;
    if (child.exitCode !== 0)
      throw new CountedSetError(`${file}: ${errors.trim().split("\n").at(-1) ?? "ffmpeg failed"}`);
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

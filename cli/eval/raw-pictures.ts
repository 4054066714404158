// Pictures that ffmpeg writes as raw bytes, one after the other.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

const TIMEOUT_MS = 30 * 60_000;

/**
 * Runs ffmpeg, which writes pictures of `bytes` each to its output. All come in the same memory: a picture is gone when the
 * next is asked for. Throws what `failed` makes of the last line that ffmpeg said when it fails.
 */
export async function* rawPictures(
  args: readonly string[],
  bytes: number,
  failed: (reason: string) => Error,
): AsyncGenerator<Uint8Array> {
  const child = spawn("ffmpeg", args, {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  await once(child, "spawn");
  const ended = Promise.all([text(child.stderr), once(child, "close")]);
  const picture = new Uint8Array(bytes);
  let filled = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; ) {
        const taken = Math.min(chunk.length - at, bytes - filled);
        picture.set(chunk.subarray(at, at + taken), filled);
        at += taken;
        filled += taken;
        if (filled < bytes) break;
        filled = 0;
        yield picture;
      }
    }
    const [errors] = await ended;
    if (child.exitCode !== 0) throw failed(errors.trim().split("\n").at(-1) ?? "ffmpeg failed");
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

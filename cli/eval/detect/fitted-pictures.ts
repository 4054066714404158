// Pictures fitted into a network's input by ffmpeg, with the very filters that a camera's are.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { type InputSpec, place } from "../../../models/letterbox.ts";
import { DetectSetError, type PictureRun } from "./labelled-set.ts";

const TIMEOUT_MS = 10 * 60_000;

/** rgb24, one after the other, all in the same memory: a picture is gone when the next is asked for. */
export async function* fittedPictures(run: PictureRun, input: InputSpec): AsyncGenerator<Uint8Array> {
  const child = spawn("ffmpeg", argumentsFor(run, input), {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  await once(child, "spawn");
  const ended = Promise.all([text(child.stderr), once(child, "close")]);
  const picture = new Uint8Array(input.width * input.height * 3);
  let filled = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; ) {
        const taken = Math.min(chunk.length - at, picture.length - filled);
        picture.set(chunk.subarray(at, at + taken), filled);
        at += taken;
        filled += taken;
        if (filled < picture.length) break;
        filled = 0;
        yield picture;
      }
    }
    const [errors] = await ended;
    if (child.exitCode !== 0)
      throw new DetectSetError(`${run.file}: ${errors.trim().split("\n").at(-1) ?? "ffmpeg failed"}`);
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

function argumentsFor({ file, every, width, height, truth }: PictureRun, input: InputSpec): string[] {
  const placement = place({ width, height }, input);
  const grey = input.pad.toString(16).padStart(2, "0").repeat(3);
  const filters = [
    `select=not(mod(n\\,${every}))`,
    `scale=${placement.width}:${placement.height}`,
    "format=rgb24",
    `pad=${input.width}:${input.height}:${placement.offsetX}:${placement.offsetY}:color=0x${grey}`,
  ];
  return [
    ...["-hide_banner", "-nostdin", "-loglevel", "error", "-i", `file:${file}`, "-map", "0:V:0"],
    ...["-vf", filters.join(","), "-fps_mode", "passthrough", "-frames:v", String(truth.length)],
    ...["-f", "rawvideo", "-"],
  ];
}

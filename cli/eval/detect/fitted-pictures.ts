// Pictures fitted into a network's input by ffmpeg, with the very filters that a camera's are.
import { type InputSpec, place } from "../../../models/letterbox.ts";
import { rawPictures } from "../raw-pictures.ts";
import { DetectSetError, type PictureRun } from "./labelled-set.ts";

/** rgb24, one after the other, all in the same memory: a picture is gone when the next is asked for. */
export function fittedPictures(run: PictureRun, input: InputSpec): AsyncGenerator<Uint8Array> {
  const failed = (reason: string): DetectSetError => new DetectSetError(`${run.file}: ${reason}`);
  return rawPictures(argumentsFor(run, input), input.width * input.height * 3, failed);
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

// Every frame of a video as decoded pixels, one after the other.
import type { StillPicture } from "../../../edge/detect/still.ts";
import { rawPictures } from "../raw-pictures.ts";
import { CountedSetError } from "./counted-set.ts";

/** All in the same memory: a picture is gone when the next is asked for. */
export async function* videoPictures(
  file: string,
  { width, height }: { readonly width: number; readonly height: number },
): AsyncGenerator<StillPicture> {
  const args = [
    ...["-hide_banner", "-nostdin", "-loglevel", "error", "-i", `file:${file}`, "-map", "0:V:0"],
    ...["-fps_mode", "passthrough", "-pix_fmt", "rgb24", "-f", "rawvideo", "-"],
  ];
  const failed = (reason: string): CountedSetError => new CountedSetError(`${file}: ${reason}`);
  for await (const rgb of rawPictures(args, width * height * 3, failed)) yield { width, height, rgb };
}

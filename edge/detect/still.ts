// A still picture as a camera would bring it: small rgb24 fitted to a detector's input, and full-size yuv420p.
import sharp from "sharp";
import { yuvFromRgb } from "../../models/yuv.ts";
import { place } from "../../models/letterbox.ts";
import type { InputSpec } from "../../models/detector.ts";
import type { FullPicture, SmallPicture } from "../camera/frame.ts";

/** Decoded pixels: rgb24, row-major, no padding. */
export interface StillPicture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

export interface StillFrame {
  readonly small: SmallPicture;
  readonly full: FullPicture;
}

/** Slow beside the live path (it converts in JavaScript): for enrolment and evaluation, one picture at a time. */
export async function stillFrame(picture: StillPicture, input: InputSpec): Promise<StillFrame> {
  const { width, height, y, u, v, matrix } = yuvFromRgb(picture.rgb, picture.width, picture.height);
  const full = { width, height, planes: shared(Buffer.concat([y, u, v])), matrix };
  const pixels = shared(await fitPixels(picture, input, full));
  return { small: { width: input.width, height: input.height, pixels }, full };
}

/** rgb24 of the input's size. `full` may lack the picture's last odd row and column. */
export async function fitPixels(
  { width, height, rgb }: StillPicture,
  input: InputSpec,
  full: { readonly width: number; readonly height: number } = { width, height },
): Promise<Uint8Array> {
  const at = place(full, input);
  const background = { r: input.pad, g: input.pad, b: input.pad };
  return await sharp(rgb, { raw: { width, height, channels: 3 } })
    .extract({ left: 0, top: 0, width: full.width, height: full.height })
    .resize(at.width, at.height, { fit: "fill" })
    .extend({
      left: at.offsetX,
      top: at.offsetY,
      right: input.width - at.width - at.offsetX,
      bottom: input.height - at.height - at.offsetY,
      background,
    })
    .raw()
    .toBuffer();
}

function shared(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const view = new Uint8Array(new SharedArrayBuffer(bytes.length));
  view.set(bytes);
  return view;
}

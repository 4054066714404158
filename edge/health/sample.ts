// The few grey points of a picture that its health is judged on.
import sharp from "sharp";
import type { SmallPicture } from "../camera/frame.ts";
import type { Box } from "../geometry/box.ts";

/** Points of a sample, whatever the picture's shape: half a degree apart for most cameras, and 20,000 in all. */
export const SAMPLE = { width: 192, height: 108 } as const;

/** Grey levels 0–255, row-major: `SAMPLE.width × SAMPLE.height`. */
export type Sample = Uint8Array;

/**
 * Samples the part of `small` that holds the camera's picture (`content`, in pixels of `small`; a letterbox left it).
 * Averaging and scaling run on libvips' threads over a copy, so the frame may be released as soon as this has
 * returned its promise. Throws RangeError when `content` has no area.
 */
export async function samplePicture(small: SmallPicture, content: Box): Promise<Sample> {
  const left = Math.max(0, Math.round(content.x1));
  const top = Math.max(0, Math.round(content.y1));
  const width = Math.min(small.width, Math.round(content.x2)) - left;
  const height = Math.min(small.height, Math.round(content.y2)) - top;
  if (width < 1 || height < 1) throw new RangeError("the picture to sample has no area");
  return await sharp(Buffer.from(small.pixels), {
    raw: { width: small.width, height: small.height, channels: 3 },
  })
    .extract({ left, top, width, height })
    .greyscale()
    .resize(SAMPLE.width, SAMPLE.height, { fit: "fill", kernel: "linear" })
    .raw()
    .toBuffer();
}

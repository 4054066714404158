// The live preview of a camera: small, heads made unrecognisable on the box, never stored.
import sharp from "sharp";
import type { SmallPicture } from "../camera/frame.ts";
import { clip, type Box } from "../geometry/box.ts";
import { pixelate } from "./pixelate.ts";

const MAX_WIDTH = 640;
const JPEG_QUALITY = 70;

/**
 * A JPEG at most 640 pixels wide of the part of `small` that holds the camera's picture.
 * `content` is that part (what a letterbox left) and `heads` what to hide, both in pixels of `small`.
 * The slot is copied before this returns its promise, so the frame may be released at once; encoding runs on
 * libvips' threads. Throws RangeError when `content` lies outside the picture.
 */
export async function makePreview(small: SmallPicture, content: Box, heads: readonly Box[]): Promise<Buffer> {
  const { width, height } = small;
  const inside = clip(content, width, height);
  if (inside === undefined) throw new RangeError("the preview's content lies outside the picture");
  const rgb = Buffer.from(small.pixels);
  for (const head of heads) pixelate(rgb, width, height, head);
  const left = Math.floor(inside.x1);
  const top = Math.floor(inside.y1);
  return await sharp(rgb, { raw: { width, height, channels: 3 } })
    .extract({ left, top, width: Math.floor(inside.x2) - left, height: Math.floor(inside.y2) - top })
    .resize({ width: MAX_WIDTH, withoutEnlargement: true })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
}

// Cuts plates and vehicles out of a decoded picture, for the networks that look at them.
import sharp, { type Sharp } from "sharp";
import type { Box } from "../geometry/box.ts";

/** Decoded pixels: rgb24, row-major, no padding. */
export interface RgbPicture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** A cut, and how its pixels map to the picture's: picture = cut / scale + (left, top). */
export interface Cut {
  readonly rgb: Uint8Array;
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  /** Pixels of the cut that show the picture; the rest is padding. */
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Stretches a box, grown by shares of its size on each side, to `size`. Undefined where nothing of it is in the picture. */
export async function stretched(
  picture: RgbPicture,
  box: Box,
  margin: number,
  size: Size,
): Promise<Uint8Array | undefined> {
  const at = inside(picture, grown(box, margin));
  if (at === undefined) return undefined;
  return await image(picture).extract(at).resize(size.width, size.height, { fit: "fill" }).raw().toBuffer();
}

/** Scales a box into the left end of `size`, its shape kept, `pad` around it. */
export async function leftAligned(
  picture: RgbPicture,
  box: Box,
  size: Size,
  pad: number,
): Promise<Uint8Array | undefined> {
  const at = inside(picture, box);
  if (at === undefined) return undefined;
  const width = Math.max(8, Math.min(size.width, Math.round((at.width * size.height) / at.height)));
  return await image(picture)
    .extract(at)
    .resize(width, size.height, { fit: "fill" })
    .extend({ right: size.width - width, background: { r: pad, g: pad, b: pad } })
    .raw()
    .toBuffer();
}

/** The square around a box, a tenth larger, as far as the picture reaches; upper left in a square of `side` pixels. */
export async function squareAround(
  picture: RgbPicture,
  box: Box,
  side: number,
  pad: number,
): Promise<Cut | undefined> {
  const half = (Math.max(box.x2 - box.x1, box.y2 - box.y1) * 1.1) / 2;
  const [x, y] = [(box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2];
  const at = inside(picture, { x1: x - half, y1: y - half, x2: x + half, y2: y + half });
  if (at === undefined) return undefined;
  const scale = side / Math.max(at.width, at.height);
  const width = Math.max(1, Math.round(at.width * scale));
  const height = Math.max(1, Math.round(at.height * scale));
  const rgb = await image(picture)
    .extract(at)
    .resize(width, height, { fit: "fill" })
    .extend({ right: side - width, bottom: side - height, background: { r: pad, g: pad, b: pad } })
    .raw()
    .toBuffer();
  return { rgb, scale, left: at.left, top: at.top, width, height };
}

function image({ rgb, width, height }: RgbPicture): Sharp {
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

function grown({ x1, y1, x2, y2 }: Box, margin: number): Box {
  const [dx, dy] = [(x2 - x1) * margin, (y2 - y1) * margin];
  return { x1: x1 - dx, y1: y1 - dy, x2: x2 + dx, y2: y2 + dy };
}

function inside(
  picture: Size,
  box: Box,
): { left: number; top: number; width: number; height: number } | undefined {
  const left = Math.max(0, Math.round(box.x1));
  const top = Math.max(0, Math.round(box.y1));
  const width = Math.min(picture.width, Math.round(box.x2)) - left;
  const height = Math.min(picture.height, Math.round(box.y2)) - top;
  return width >= 1 && height >= 1 ? { left, top, width, height } : undefined;
}

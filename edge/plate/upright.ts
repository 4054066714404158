// Turns and unslants a plate by its four corners, so that readers get it as if it hung straight before them.
import sharp from "sharp";
import { type Box, lengthOf } from "../geometry/box.ts";
import type { RgbPicture } from "./picture.ts";

/** Upper left of the text first, clockwise, in pixels of the picture. */
export type Corners = readonly (readonly [x: number, y: number])[];

/** A plate and some of what is around it. */
export interface UprightPlate {
  readonly picture: RgbPicture;
  /** The plate in it. */
  readonly box: Box;
}

/** What is kept around a plate, share of its width and height: readers take a little margin of their own. */
const AROUND = 0.15;
/**
 * The plate is taken so much larger than the corners say, share of its width and height: they come out tight, and a cut
 * character is lost. Foreign plates read right of 105 found: 91 as the corners are, 97 to 100 with 3 to 8 % more.
 */
const GROWN = { x: 0.06, y: 0.03 } as const;
/** More pixels than this a plate has no use for. */
const MOST_WIDTH = 512;

/**
 * The affine part of how the corners lie (their two mean edges) is taken back; what perspective is left in a plate is
 * small beside its width. Undefined for corners that are no plate: inside out, or without width or height.
 */
export async function uprightPlate(picture: RgbPicture, corners: Corners): Promise<UprightPlate | undefined> {
  const frame = frameOf(corners);
  if (frame === undefined) return undefined;
  const { middle, along, down, width, height } = frame;
  const [outWidth, outHeight] = [width * (1 + 2 * AROUND), height * (1 + 2 * AROUND)];
  const reach = {
    x: (Math.abs(along.x) + Math.abs(down.x)) * (0.5 + AROUND) + 2,
    y: (Math.abs(along.y) + Math.abs(down.y)) * (0.5 + AROUND) + 2,
  };
  const left = Math.max(0, Math.floor(middle.x - reach.x));
  const top = Math.max(0, Math.floor(middle.y - reach.y));
  const cut = {
    left,
    top,
    width: Math.min(picture.width, Math.ceil(middle.x + reach.x)) - left,
    height: Math.min(picture.height, Math.ceil(middle.y + reach.y)) - top,
  };
  if (cut.width < 2 || cut.height < 2) return undefined;
  // The inverse of [along down], scaled so that they become (width, 0) and (0, height).
  const determinant = along.x * down.y - along.y * down.x;
  const a = (down.y * width) / determinant;
  const b = (-down.x * width) / determinant;
  const c = (-along.y * height) / determinant;
  const d = (along.x * height) / determinant;
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  const turned = await sharp(picture.rgb, { raw })
    .extract(cut)
    .affine([a, b, c, d], { interpolator: "bicubic", background: { r: 110, g: 110, b: 110 } })
    .raw()
    .toBuffer({ resolveWithObject: true });
  // libvips begins its output where the turned cut begins.
  const beginX = Math.min(0, a * cut.width, b * cut.height, a * cut.width + b * cut.height);
  const beginY = Math.min(0, c * cut.width, d * cut.height, c * cut.width + d * cut.height);
  const at = {
    x: a * (middle.x - left) + b * (middle.y - top) - beginX,
    y: c * (middle.x - left) + d * (middle.y - top) - beginY,
  };
  const x1 = Math.max(0, Math.round(at.x - outWidth / 2));
  const y1 = Math.max(0, Math.round(at.y - outHeight / 2));
  const x2 = Math.min(turned.info.width, Math.round(at.x + outWidth / 2));
  const y2 = Math.min(turned.info.height, Math.round(at.y + outHeight / 2));
  if (x2 - x1 < 2 || y2 - y1 < 2) return undefined;
  const { width: w, height: h } = turned.info;
  const [halfWidth, halfHeight] = [width * (0.5 + GROWN.x), height * (0.5 + GROWN.y)];
  const rgb = await sharp(turned.data, { raw: { width: w, height: h, channels: 3 } })
    .extract({ left: x1, top: y1, width: x2 - x1, height: y2 - y1 })
    .raw()
    .toBuffer();
  return {
    picture: { width: x2 - x1, height: y2 - y1, rgb },
    box: {
      x1: at.x - halfWidth - x1,
      y1: at.y - halfHeight - y1,
      x2: at.x + halfWidth - x1,
      y2: at.y + halfHeight - y1,
    },
  };
}

interface Frame {
  readonly middle: { readonly x: number; readonly y: number };
  /** Its mean upper and lower edge, and its mean sides. */
  readonly along: { readonly x: number; readonly y: number };
  readonly down: { readonly x: number; readonly y: number };
  readonly width: number;
  readonly height: number;
}

function frameOf(corners: Corners): Frame | undefined {
  const [p, q, r, s] = corners;
  if (p === undefined || q === undefined || r === undefined || s === undefined) return undefined;
  const mean = (
    one: readonly [number, number],
    two: readonly [number, number],
  ): { x: number; y: number } => ({
    x: (one[0] + two[0]) / 2,
    y: (one[1] + two[1]) / 2,
  });
  const [left, right, upper, lower] = [mean(p, s), mean(q, r), mean(p, q), mean(s, r)];
  const along = { x: right.x - left.x, y: right.y - left.y };
  const down = { x: lower.x - upper.x, y: lower.y - upper.y };
  const [width, height] = [lengthOf(along.x, along.y), lengthOf(down.x, down.y)];
  // Inside out, mirrored or all but flat.
  if (!(along.x * down.y - along.y * down.x > 0.3 * width * height && width >= 4 && height >= 2))
    return undefined;
  const scale = Math.min(1, MOST_WIDTH / width);
  return {
    middle: { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 },
    along,
    down,
    width: width * scale,
    height: height * scale,
  };
}

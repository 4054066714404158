// The mean colour of a rectangle of a frame, small or full-size.
import sharp from "sharp";
import { yuvToRgbMatrix } from "../../models/yuv.ts";
import type { FullPicture, SmallPicture } from "../camera/frame.ts";
import type { Colour } from "./lamp-colour.ts";

/** In pixels of the picture it is taken from; may have decimals and reach beyond it. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Means of rgb24. The rectangle's rows are copied before the promise is returned, so the frame may be released then;
 * libvips averages them. Undefined where the rectangle lies outside the picture.
 */
export async function meanOfSmall(small: SmallPicture, area: Rectangle): Promise<Colour | undefined> {
  const at = whole(area, small);
  if (at === undefined) return undefined;
  const [red = 0, green = 0, blue = 0] = await means(rowsOf(small.pixels, 0, small.width * 3, at, 3), at, 3);
  return [red, green, blue];
}

/** The same of yuv420p, limited range. */
export async function meanOfFull(full: FullPicture, area: Rectangle): Promise<Colour | undefined> {
  const at = whole(area, full);
  if (at === undefined) return undefined;
  const stride = Math.ceil(full.width / 2);
  const chroma = { width: stride, height: Math.ceil(full.height / 2) };
  const half = whole(
    { left: at.left / 2, top: at.top / 2, width: at.width / 2, height: at.height / 2 },
    chroma,
  );
  if (half === undefined) return undefined;
  const lumaSize = full.width * full.height;
  const rows = [
    { bytes: rowsOf(full.planes, 0, full.width, at, 1), at },
    { bytes: rowsOf(full.planes, lumaSize, stride, half, 1), at: half },
    { bytes: rowsOf(full.planes, lumaSize + stride * chroma.height, stride, half, 1), at: half },
  ];
  const planes = await Promise.all(rows.map((plane) => means(plane.bytes, plane.at, 1)));
  const centred = planes.map(([mean = 0], index) => mean - (index === 0 ? 16 : 128));
  const matrix = yuvToRgbMatrix(full.matrix);
  const channel = (column: number): number =>
    Math.min(
      255,
      Math.max(
        0,
        centred.reduce((sum, value, row) => sum + value * (matrix[row * 3 + column] ?? 0), 0),
      ),
    );
  return [channel(0), channel(1), channel(2)];
}

/** Whole pixels, at least one, inside the picture. */
function whole(
  area: Rectangle,
  picture: { readonly width: number; readonly height: number },
): Rectangle | undefined {
  const left = Math.max(0, Math.round(area.left));
  const top = Math.max(0, Math.round(area.top));
  const right = Math.min(picture.width, Math.max(left + 1, Math.round(area.left + area.width)));
  const bottom = Math.min(picture.height, Math.max(top + 1, Math.round(area.top + area.height)));
  return right > left && bottom > top ? { left, top, width: right - left, height: bottom - top } : undefined;
}

function rowsOf(pixels: Uint8Array, from: number, stride: number, at: Rectangle, channels: number): Buffer {
  const bytes = Buffer.alloc(at.width * at.height * channels);
  for (let row = 0; row < at.height; row++) {
    const start = from + (at.top + row) * stride + at.left * channels;
    bytes.set(pixels.subarray(start, start + at.width * channels), row * at.width * channels);
  }
  return bytes;
}

async function means(bytes: Buffer, at: Rectangle, channels: 1 | 3): Promise<number[]> {
  const raw = { width: at.width, height: at.height, channels };
  const { channels: found } = await sharp(bytes, { raw }).stats();
  return found.map(({ mean }) => mean);
}

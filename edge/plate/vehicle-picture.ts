// The part of a camera's full-size picture that shows one vehicle, as red, green and blue.
import sharp from "sharp";
import { cutYuv, evenRectangle, yuvMemory } from "../../models/yuv-cut.ts";
import { type YuvRegion, yuvToRgbMatrix } from "../../models/yuv.ts";
import type { FullPicture } from "../camera/frame.ts";
import type { Box } from "../geometry/box.ts";
import type { RgbPicture } from "./picture.ts";

/** full-size picture = picture / scale + (left, top). */
export interface VehiclePicture {
  readonly picture: RgbPicture;
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** A box is looked at with so much around it, share of its longer side: detectors cut plates off now and then. */
const AROUND = 0.1;
/** A vehicle that shows larger is scaled down to this, pixels: its plate is a hundred wide then, and more says no more. */
const LONGEST_SIDE = 640;

/** The rows are copied before the promise is returned. Undefined where nothing of the box is in the picture. */
export async function vehiclePicture(full: FullPicture, box: Box): Promise<VehiclePicture | undefined> {
  const margin = Math.max(box.x2 - box.x1, box.y2 - box.y1) * AROUND;
  const at = evenRectangle(full, {
    x1: box.x1 - margin,
    y1: box.y1 - margin,
    x2: box.x2 + margin,
    y2: box.y2 + margin,
  });
  if (at === undefined) return undefined;
  const region = cutYuv(full, at, yuvMemory(at.width * at.height));
  const scale = Math.min(1, LONGEST_SIDE / Math.max(at.width, at.height));
  const width = Math.max(1, Math.round(at.width * scale));
  const height = Math.max(1, Math.round(at.height * scale));
  return {
    picture: { width, height, rgb: await rgbOf(region, width, height) },
    scale,
    left: at.left,
    top: at.top,
  };
}

/** libvips scales the planes and multiplies by the colour matrix. */
async function rgbOf(region: YuvRegion, width: number, height: number): Promise<Uint8Array> {
  const { y, u, v } = region;
  const scaled = async (bytes: Uint8Array, by: number): Promise<Buffer> =>
    await sharp(bytes, { raw: { width: region.width / by, height: region.height / by, channels: 1 } })
      .resize(width, height, { fit: "fill", kernel: "linear" })
      .toColourspace("b-w")
      .raw()
      .toBuffer();
  const [luma, blue, red] = await Promise.all([scaled(y, 1), scaled(u, 2), scaled(v, 2)]);
  const matrix = yuvToRgbMatrix(region.matrix);
  const row = (channel: number): [number, number, number] => [
    matrix[channel] ?? 0,
    matrix[3 + channel] ?? 0,
    matrix[6 + channel] ?? 0,
  ];
  const rows: [ReturnType<typeof row>, ReturnType<typeof row>, ReturnType<typeof row>] = [
    row(0),
    row(1),
    row(2),
  ];
  const raw = { width, height, channels: 1 } as const;
  return await sharp(luma, { raw })
    .joinChannel([blue, red], { raw })
    .recomb(rows)
    .linear(
      [1, 1, 1],
      rows.map(([ofY, ofU, ofV]) => -(16 * ofY + 128 * (ofU + ofV))),
    )
    .raw()
    .toBuffer();
}

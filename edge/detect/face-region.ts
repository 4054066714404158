// Cuts the region around a face out of a full-size picture, row by row, for the embedder.
import type { YuvRegion } from "../../models/yuv.ts";
import type { FullPicture } from "../camera/frame.ts";
import type { FaceGeometry } from "./face-geometry.ts";

export interface CutRegion {
  readonly region: YuvRegion;
  /** Where the region begins in the full picture; both even. */
  readonly left: number;
  readonly top: number;
}

/**
 * Half the region's side in face sizes: the aligned chip (112 pixels for eyes 35 apart) and its corners at any
 * rotation, with a margin for interpolation.
 */
const REACH = 2.4;

/** Keeps its buffers from one cut to the next: a region is valid until the following call. */
export function createRegionCutter(): (full: FullPicture, face: FaceGeometry) => CutRegion | undefined {
  let luma = new Uint8Array(0);
  let blue = new Uint8Array(0);
  let red = new Uint8Array(0);
  return (full, face) => {
    const square = evenSquare(full, face);
    if (square === undefined) return undefined;
    const { left, top, width, height } = square;
    if (luma.length < width * height) {
      luma = new Uint8Array(width * height);
      blue = new Uint8Array((width * height) / 4);
      red = new Uint8Array((width * height) / 4);
    }
    const chromaStride = Math.ceil(full.width / 2);
    const lumaSize = full.width * full.height;
    const chromaSize = chromaStride * Math.ceil(full.height / 2);
    const half = { left: left / 2, top: top / 2, width: width / 2, height: height / 2 };
    copyRows(full.planes, 0, full.width, { left, top, width, height }, luma);
    copyRows(full.planes, lumaSize, chromaStride, half, blue);
    copyRows(full.planes, lumaSize + chromaSize, chromaStride, half, red);
    const region: YuvRegion = {
      width,
      height,
      y: luma.subarray(0, width * height),
      u: blue.subarray(0, (width * height) / 4),
      v: red.subarray(0, (width * height) / 4),
      matrix: full.matrix,
    };
    return { region, left, top };
  };
}

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The even-aligned square around the face's centre, as far as the picture reaches. */
function evenSquare(full: FullPicture, face: FaceGeometry): Rectangle | undefined {
  const reach = face.size * REACH;
  const x = face.middle.x - Math.sin(face.roll) * face.size * 0.13;
  const y = face.middle.y + Math.cos(face.roll) * face.size * 0.13;
  const left = Math.max(0, evenBelow(x - reach));
  const top = Math.max(0, evenBelow(y - reach));
  const right = evenBelow(Math.min(full.width, Math.ceil(x + reach) + 1));
  const bottom = evenBelow(Math.min(full.height, Math.ceil(y + reach) + 1));
  if (!(right - left >= 2 && bottom - top >= 2)) return undefined;
  return { left, top, width: right - left, height: bottom - top };
}

function evenBelow(value: number): number {
  return 2 * Math.floor(value / 2);
}

function copyRows(
  planes: Uint8Array,
  planeAt: number,
  stride: number,
  { left, top, width, height }: Rectangle,
  into: Uint8Array,
): void {
  for (let row = 0; row < height; row++) {
    const from = planeAt + (top + row) * stride + left;
    into.set(planes.subarray(from, from + width), row * width);
  }
}

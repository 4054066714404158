// Cuts a rectangle out of a planar YUV picture, row by row: no pixel is touched.
import type { YuvRegion } from "./yuv.ts";

/** In pixels. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Planar yuv420p: Y (width × height), then U and V (⌈width/2⌉ × ⌈height/2⌉ each), no padding. */
export interface YuvPlanes {
  readonly width: number;
  readonly height: number;
  readonly planes: Uint8Array;
  readonly matrix: YuvRegion["matrix"];
}

/** Where a cut's planes are written; each at least as long as its plane. */
export interface YuvMemory {
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

/** The even-aligned rectangle round x1…x2, y1…y2, as far as the picture reaches; undefined where less than 2 × 2 are left. */
export function evenRectangle(
  picture: Pick<YuvPlanes, "width" | "height">,
  { x1, y1, x2, y2 }: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number },
): Rectangle | undefined {
  const left = Math.max(0, evenBelow(x1));
  const top = Math.max(0, evenBelow(y1));
  const right = evenBelow(Math.min(picture.width, Math.ceil(x2) + 1));
  const bottom = evenBelow(Math.min(picture.height, Math.ceil(y2) + 1));
  if (!(right - left >= 2 && bottom - top >= 2)) return undefined;
  return { left, top, width: right - left, height: bottom - top };
}

/** `at` is even-aligned and inside the picture. The cut's planes are views of `memory`. */
export function cutYuv(picture: YuvPlanes, at: Rectangle, memory: YuvMemory): YuvRegion {
  const { left, top, width, height } = at;
  const chromaStride = Math.ceil(picture.width / 2);
  const lumaSize = picture.width * picture.height;
  const chromaSize = chromaStride * Math.ceil(picture.height / 2);
  const half = { left: left / 2, top: top / 2, width: width / 2, height: height / 2 };
  copyRows(picture.planes, 0, picture.width, at, memory.y);
  copyRows(picture.planes, lumaSize, chromaStride, half, memory.u);
  copyRows(picture.planes, lumaSize + chromaSize, chromaStride, half, memory.v);
  return {
    width,
    height,
    y: memory.y.subarray(0, width * height),
    u: memory.u.subarray(0, (width * height) / 4),
    v: memory.v.subarray(0, (width * height) / 4),
    matrix: picture.matrix,
  };
}

export function yuvMemory(lumaBytes: number): YuvMemory {
  return {
    y: new Uint8Array(lumaBytes),
    u: new Uint8Array(lumaBytes / 4),
    v: new Uint8Array(lumaBytes / 4),
  };
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

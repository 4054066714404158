// Light and sharpness of a face, from a few lines sampled in the luma plane: no loop over its pixels.
import type { FaceGeometry } from "./face-geometry.ts";

export interface LumaPlane {
  readonly width: number;
  readonly height: number;
  /** Y, one byte a pixel, row-major, no padding (16 black, 235 white). */
  readonly y: Uint8Array;
}

export interface FaceAppearance {
  /** Mean luma, 0 to 255. */
  readonly brightness: number;
  /** Standard deviation of the luma. */
  readonly contrast: number;
  /**
   * Fine detail over contrast: mean second difference over two pixels of the embedder's picture, the lower of both
   * directions. On 250 LFW faces (42 pixels between the eyes; 1st percentile, median, 95th): as they are 0.21, 0.37,
   * 0.51; blurred by a Gaussian of σ 2 pixels 0.11, 0.20, 0.28; of 3 pixels 0.07, 0.13, 0.20. (Over one pixel the
   * rounding of 8-bit luma drowns the difference.)
   */
  readonly sharpness: number;
}

/** Pixels between the eyes in the picture that the embedder sees: detail finer than that doesn't reach it. */
const EYES_IN_CHIP = 35;
/** Reach of a second difference, in the embedder's pixels. */
const GAP = 2;
/** Lines in each direction. */
const LINES = 12;
/** Half the sampled square's side, in eye distances: eyes to mouth, without hair and background. */
const REACH = 0.85;

/** Samples twelve rows and twelve columns across eyes, nose and mouth; points outside the picture read as its edge. */
export function faceAppearance(plane: LumaPlane, face: FaceGeometry): FaceAppearance {
  const step = face.size / EYES_IN_CHIP;
  const half = face.size * REACH;
  const count = Math.floor((2 * half) / step);
  const centre = {
    x: face.middle.x - Math.sin(face.roll) * face.size * 0.55,
    y: face.middle.y + Math.cos(face.roll) * face.size * 0.55,
  };
  const sums = { n: 0, sum: 0, squares: 0 };
  const detail = [0, 0];
  for (let line = 0; line < LINES; line++) {
    const off = -half + (2 * half * (line + 0.5)) / LINES;
    detail[0] = (detail[0] ?? 0) + walk(plane, centre.x - half, centre.y + off, step, 0, count, sums);
    detail[1] = (detail[1] ?? 0) + walk(plane, centre.x + off, centre.y - half, 0, step, count, sums);
  }
  const brightness = sums.sum / sums.n;
  const contrast = Math.sqrt(Math.max(0, sums.squares / sums.n - brightness * brightness));
  const finest = Math.min(...detail) / (LINES * (count - 2 * GAP));
  return { brightness, contrast, sharpness: finest / Math.max(contrast, 1) };
}

/** Sum of absolute second differences along one line. */
function walk(
  plane: LumaPlane,
  x: number,
  y: number,
  stepX: number,
  stepY: number,
  count: number,
  sums: { n: number; sum: number; squares: number },
): number {
  const before = [0, 0, 0, 0];
  let total = 0;
  for (let i = 0; i < count; i++) {
    const value = sample(plane, x + i * stepX, y + i * stepY);
    sums.n++;
    sums.sum += value;
    sums.squares += value * value;
    const at = i % (2 * GAP);
    if (i >= 2 * GAP)
      total += Math.abs((before[at] ?? 0) - 2 * (before[(at + GAP) % (2 * GAP)] ?? 0) + value);
    before[at] = value;
  }
  return total;
}

function sample({ width, height, y: luma }: LumaPlane, x: number, y: number): number {
  const cx = Math.min(Math.max(x, 0), width - 1);
  const cy = Math.min(Math.max(y, 0), height - 1);
  const x0 = Math.floor(cx);
  const y0 = Math.floor(cy);
  const x1 = Math.min(x0 + 1, width - 1);
  const y1 = Math.min(y0 + 1, height - 1);
  const fx = cx - x0;
  const fy = cy - y0;
  const at = (px: number, py: number): number => luma[py * width + px] as number;
  return (
    (at(x0, y0) * (1 - fx) + at(x1, y0) * fx) * (1 - fy) + (at(x0, y1) * (1 - fx) + at(x1, y1) * fx) * fy
  );
}

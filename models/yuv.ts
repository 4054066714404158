// A cut of a camera's picture as planar YUV, limited range (16–235), the way H.264 cameras send it.

/** `y` has width × height bytes, `u` and `v` a quarter of that each; no padding between rows. */
export interface YuvRegion {
  /** Even. */
  readonly width: number;
  /** Even. */
  readonly height: number;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
  readonly matrix: "bt601" | "bt709";
}

/** Shares of red and blue in luma (ITU-R BT.601-7, 2.5.1; BT.709-6, 3.2). */
export const LUMA_SHARES: Readonly<
  Record<YuvRegion["matrix"], { readonly red: number; readonly blue: number }>
> = {
  bt601: { red: 0.299, blue: 0.114 },
  bt709: { red: 0.2126, blue: 0.0722 },
};

/**
 * The 3×3 matrix from (Y − 16, U − 128, V − 128) of limited range to R, G, B of 0…255, row-major with one row per
 * input channel: `rgb = yuv × matrix`.
 */
export function yuvToRgbMatrix(matrix: YuvRegion["matrix"]): number[] {
  const { red, blue } = LUMA_SHARES[matrix];
  const green = 1 - red - blue;
  const luma = 255 / 219;
  const fromU = (255 / 224) * 2 * (1 - blue);
  const fromV = (255 / 224) * 2 * (1 - red);
  return [luma, luma, luma, 0, (-fromU * blue) / green, fromU, fromV, (-fromV * red) / green, 0];
}

/**
 * A still picture as a region, for enrolling from a photograph: rgb24 in, BT.601 out; an odd last row or column is
 * dropped. Chroma is the mean of the two luma pixels around its place (left-sited, as H.264 has it) over two rows.
 */
export function yuvFromRgb(rgb: Uint8Array, width: number, height: number): YuvRegion {
  const [evenW, evenH] = [width & ~1, height & ~1];
  const { red, blue } = LUMA_SHARES.bt601;
  const green = 1 - red - blue;
  const y = new Uint8Array(evenW * evenH);
  const u = new Uint8Array(y.length / 4);
  const v = new Uint8Array(y.length / 4);
  const channel = (row: number, column: number, index: number): number =>
    rgb[(row * width + Math.max(0, column)) * 3 + index] ?? 0;
  for (let row = 0; row < evenH; row++) {
    for (let column = 0; column < evenW; column++) {
      const luma =
        red * channel(row, column, 0) + green * channel(row, column, 1) + blue * channel(row, column, 2);
      y[row * evenW + column] = Math.round(16 + (luma * 219) / 255);
    }
  }
  for (let row = 0; row < evenH / 2; row++) {
    for (let column = 0; column < evenW / 2; column++) {
      // Weights 1-2-1 around the left pixel of the pair.
      const mean = (index: number): number => {
        let sum = 0;
        for (const line of [row * 2, row * 2 + 1]) {
          sum += channel(line, column * 2 - 1, index) + 2 * channel(line, column * 2, index);
          sum += channel(line, Math.min(evenW - 1, column * 2 + 1), index);
        }
        return sum / 8;
      };
      const [r, g, b] = [mean(0), mean(1), mean(2)];
      const luma = red * r + green * g + blue * b;
      const at = (row * evenW) / 2 + column;
      u[at] = Math.round(128 + ((b - luma) / (2 * (1 - blue))) * (224 / 255));
      v[at] = Math.round(128 + ((r - luma) / (2 * (1 - red))) * (224 / 255));
    }
  }
  return { width: evenW, height: evenH, y, u, v, matrix: "bt601" };
}

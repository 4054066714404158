// Reads the time that the test camera draws into its pictures: 16 × 4 squares in the upper half.

const COLUMNS = 16;
/** A square is an eighth of the picture high: four rows are its upper half. */
const ROWS_IN_PICTURE = 8;
const WORDS = 4;
const CHECK = 0xa5a5;

export interface Luma {
  readonly width: number;
  readonly height: number;
  /** Brightness at a pixel, 0–255. */
  readonly at: (x: number, y: number) => number;
}

/** The time drawn, ms since 1970; undefined when the squares can't be read. */
export function readClock({ width, height, at }: Luma): number | undefined {
  const words = Array.from({ length: WORDS }, (_, row) => {
    const y = Math.floor(((row + 0.5) * height) / ROWS_IN_PICTURE);
    let word = 0;
    for (let column = 0; column < COLUMNS; column++) {
      const x = Math.floor(((column + 0.5) * width) / COLUMNS);
      word = word * 2 + (at(x, y) > 127 ? 1 : 0);
    }
    return word;
  });
  const [high = 0, middle = 0, low = 0, check = 0] = words;
  if ((high ^ middle ^ low ^ CHECK) !== check) return undefined;
  return (high * 65536 + middle) * 65536 + low;
}

/** Luma of rgb24 pixels; grey pictures, so green alone tells it. */
export function rgbLuma(picture: { width: number; height: number; pixels: Uint8Array }): Luma {
  const { width, height, pixels } = picture;
  return { width, height, at: (x, y) => pixels[(y * width + x) * 3 + 1] ?? 0 };
}

/** Luma of 8-bit grey pixels, or of the first plane of yuv420p. */
export function greyLuma(width: number, height: number, pixels: Uint8Array): Luma {
  return { width, height, at: (x, y) => pixels[y * width + x] ?? 0 };
}

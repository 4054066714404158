// 95 % intervals: of a share by Wilson's score, of anything else by a seeded bootstrap.

export type Interval = readonly [low: number, high: number];

const Z = 1.959964;

/** Wilson (1927): holds for small counts and shares near 0 and 1. [0, 1] when nothing was counted. */
export function wilson(hits: number, count: number): Interval {
  if (count === 0) return [0, 1];
  const share = hits / count;
  const middle = (share + (Z * Z) / (2 * count)) / (1 + (Z * Z) / count);
  const half =
    (Z / (1 + (Z * Z) / count)) * Math.sqrt((share * (1 - share)) / count + (Z * Z) / (4 * count * count));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** Percentiles 2.5 and 97.5 of `statistic` over 400 resamples; the same for the same rows. */
export function bootstrap<T>(rows: readonly T[], statistic: (sample: readonly T[]) => number): Interval {
  const random = mulberry32(rows.length);
  const values = Array.from({ length: 400 }, () =>
    statistic(rows.map(() => rows[Math.floor(random() * rows.length)] as T)),
  ).sort((a, b) => a - b);
  return [values[10] ?? NaN, values[389] ?? NaN];
}

/** A small generator with a seed, uniform in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

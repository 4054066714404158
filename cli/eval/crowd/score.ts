// How far counts are from the truth.

export interface Counted {
  readonly truth: number;
  readonly persons: number;
}

export interface CountScore {
  /** Mean absolute error, people. */
  readonly mae: number;
  readonly rmse: number;
  /** Sum of absolute errors over the people there were. */
  readonly relative_error: number;
  /** Mean signed error: above 0 it counts too many. */
  readonly bias: number;
}

export function scoreOf(counted: readonly Counted[]): CountScore {
  const errors = counted.map(({ truth, persons }) => persons - truth);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const people = counted.reduce((sum, { truth }) => sum + truth, 0);
  const mae = mean(errors.map(Math.abs));
  return {
    mae,
    rmse: Math.sqrt(mean(errors.map((error) => error * error))),
    relative_error: people === 0 ? 0 : (mae * counted.length) / people,
    bias: mean(errors),
  };
}

/** Median of each value and those up to a second before it: what a crowd sample shows. */
export function smoothed(values: readonly number[], perSecond: number): number[] {
  const length = Math.max(1, Math.round(perSecond));
  return values.map((_, index) => {
    const window = values.slice(Math.max(0, index + 1 - length), index + 1).sort((a, b) => a - b);
    return window[window.length >> 1] ?? 0;
  });
}

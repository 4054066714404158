// People in one zone, minute after minute, with gaps where nothing is known.

/** `values[i]` belongs to minute `from + i` since 1970 UTC; NaN where there was no sample. */
export interface MinuteSeries {
  readonly from: number;
  readonly values: Float64Array;
}

export interface MinuteValue {
  /** Minutes since 1970 UTC. */
  readonly minute: number;
  readonly persons: number;
}

/** From values in any order; of two of one minute the later given stays. Values that are no number of people are left out. */
export function minuteSeries(values: readonly MinuteValue[]): MinuteSeries {
  const known = values.filter(({ minute, persons }) => Number.isInteger(minute) && persons >= 0);
  if (known.length === 0) return { from: 0, values: new Float64Array(0) };
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { minute } of known) {
    from = Math.min(from, minute);
    to = Math.max(to, minute);
  }
  const series = new Float64Array(to - from + 1).fill(Number.NaN);
  for (const { minute, persons } of known) series[minute - from] = persons;
  return { from, values: series };
}

/** NaN outside the series. */
export function valueAt({ from, values }: MinuteSeries, minute: number): number {
  return values[minute - from] ?? Number.NaN;
}

/** Mean of the known values of the `length` minutes up to and with `minute`; NaN when none is known. */
export function meanUpTo(series: MinuteSeries, minute: number, length: number): number {
  let sum = 0;
  let known = 0;
  for (let at = minute - length + 1; at <= minute; at++) {
    const value = valueAt(series, at);
    if (Number.isNaN(value)) continue;
    sum += value;
    known++;
  }
  return known === 0 ? Number.NaN : sum / known;
}

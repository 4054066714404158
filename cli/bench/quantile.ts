// Quantiles of measured figures.

/** The value below which `share` (0–1) of the values lie; NaN of none. The values need no order. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

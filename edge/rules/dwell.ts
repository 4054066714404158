// How long a track has been inside an area, robust against boxes that flicker across its border.

/** Plain data. Time outside takes back what time inside gave, so that a flicker at the border never adds up. */
export interface Dwell {
  /** Net time inside, ms, ≥ 0. */
  readonly ms: number;
  /** When the present stay began. */
  readonly sinceMs: number;
  /** Last frame that was judged. */
  readonly lastMs: number;
  readonly inside: boolean;
}

/** Between two judged frames further apart nothing is known. */
const BLIND_MS = 2000;
/** A millisecond outside takes back this much. */
const FORGETTING = 1.5;

/** Moves the dwell on to a judged frame; undefined while there is nothing to remember. */
export function dwell(before: Dwell | undefined, tMs: number, inside: boolean): Dwell | undefined {
  if (before === undefined) return inside ? { ms: 0, sinceMs: tMs, lastMs: tMs, inside } : undefined;
  const elapsedMs = tMs - before.lastMs;
  if (elapsedMs > BLIND_MS) return inside ? { ms: 0, sinceMs: tMs, lastMs: tMs, inside } : undefined;
  const ms = Math.max(
    0,
    before.ms + (before.inside && inside ? elapsedMs : inside ? 0 : -FORGETTING * elapsedMs),
  );
  if (ms === 0 && !inside) return undefined;
  return { ms, sinceMs: before.sinceMs, lastMs: tMs, inside };
}

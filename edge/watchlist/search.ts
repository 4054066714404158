// Exact search of one embedding in the gallery: the best entry and its lead over the best other one.
import type { SearchSet } from "./search-set.ts";

export interface Match {
  readonly entryId: string;
  readonly name: string;
  /** Cosine similarity, −1 to 1. */
  readonly score: number;
  /** Score minus the best of another entry; the score itself when there is no other. */
  readonly margin: number;
}

/**
 * Compares `probe` (unit vector) with every row whose entry has not expired at `nowMs`; an entry scores as its best
 * template. Undefined for an empty gallery. Exact: products are summed in double precision.
 */
export function searchGallery(set: SearchSet, probe: Float32Array, nowMs: number): Match | undefined {
  const { rows, owners, dimensions, entries } = set;
  if (owners.length === 0) return undefined;
  if (probe.length !== dimensions) throw new RangeError(`probe of ${probe.length}, gallery of ${dimensions}`);
  let best = -1;
  let bestScore = -Infinity;
  let otherScore = -Infinity;
  for (let row = 0; row < owners.length; row++) {
    const owner = owners[row] as number;
    if ((entries[owner] as { expiresMs: number }).expiresMs <= nowMs) continue;
    const score = dot(rows, row * dimensions, probe);
    if (owner === best) {
      if (score > bestScore) bestScore = score;
    } else if (score > bestScore) {
      otherScore = bestScore;
      bestScore = score;
      best = owner;
    } else if (score > otherScore) otherScore = score;
  }
  const entry = entries[best];
  if (entry === undefined) return undefined;
  const margin = otherScore === -Infinity ? bestScore : bestScore - otherScore;
  return { entryId: entry.id, name: entry.name, score: bestScore, margin };
}

/** Four sums side by side, so that additions don't wait for one another. */
function dot(rows: Float32Array, from: number, probe: Float32Array): number {
  const { length } = probe;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    a += (rows[from + i] as number) * (probe[i] as number);
    b += (rows[from + i + 1] as number) * (probe[i + 1] as number);
    c += (rows[from + i + 2] as number) * (probe[i + 2] as number);
    d += (rows[from + i + 3] as number) * (probe[i + 3] as number);
  }
  for (; i < length; i++) a += (rows[from + i] as number) * (probe[i] as number);
  return a + b + c + d;
}

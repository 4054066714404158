// Exact search of one embedding in the gallery: the best entry and its lead over the best other one.
import { createRanking, type Ranked } from "./ranking.ts";
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
  return matchOf(set, rankRows(set, probe, 2, nowMs, 0, set.owners.length));
}

/** The `limit` best entries among the rows from `first` to before `last`, best first. */
export function rankRows(
  set: SearchSet,
  probe: Float32Array,
  limit: number,
  nowMs: number,
  first: number,
  last: number,
): readonly Ranked[] {
  const { rows, owners, dimensions, entries } = set;
  if (last > first && probe.length !== dimensions) {
    throw new RangeError(`probe of ${probe.length}, gallery of ${dimensions}`);
  }
  const ranking = createRanking(limit);
  for (let row = first; row < last; row++) {
    const score = product(rows, row * dimensions, probe);
    if (score <= ranking.floor) continue;
    const owner = owners[row] as number;
    if ((entries[owner] as { expiresMs: number }).expiresMs > nowMs) ranking.offer(owner, score);
  }
  return ranking.list;
}

/** The best of a ranking as a match. */
export function matchOf(set: SearchSet, [best, other]: readonly Ranked[]): Match | undefined {
  const entry = best === undefined ? undefined : set.entries[best.owner];
  if (best === undefined || entry === undefined) return undefined;
  const margin = other === undefined ? best.score : best.score - other.score;
  return { entryId: entry.id, name: entry.name, score: best.score, margin };
}

/** Product of `probe` and the row that begins at `from`: four sums side by side, so that additions don't wait for one another. */
export function product(rows: Float32Array, from: number, probe: Float32Array): number {
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

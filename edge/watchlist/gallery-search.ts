// Exact search of a gallery of any size: bytes find the few rows that can be among the best, floats decide.
import { setImmediate as turn } from "node:timers/promises";
import { openByteIndex, SHARD_ROWS, type ByteIndex, type Estimates } from "./byte-index.ts";
import { createRanking, type Ranked, type Ranking } from "./ranking.ts";
import { matchOf, product, rankRows, type Match } from "./search.ts";
import type { SearchSet } from "./search-set.ts";

/** Below this many templates the plain scan (about 0.4 µs a row) is as fast and needs no second copy. */
const INDEXED_ROWS = 4096;

export interface GallerySearch {
  /**
   * In force from the next search on, wholly. The index follows shard by shard between searches; rows that it lacks
   * are scanned as they are, so a search is never wrong, at most slower.
   */
  setGallery(set: SearchSet | undefined): void;
  /** The best entry and its lead; undefined for a gallery of nobody. One call at a time. */
  search(probe: Float32Array, nowMs: number): Promise<Match | undefined>;
  /** The best `limit` entries by their best template, best first; `owner` is an index into the set's entries. */
  nearest(probe: Float32Array, limit: number, nowMs: number): Promise<readonly Ranked[]>;
  /** Resolves when the index has followed the last set. Rejects when it can't be made. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Exact: the same entries and scores as {@link rankRows} over all rows, whose products are in double precision. */
export function createGallerySearch(): GallerySearch {
  let set: SearchSet | undefined;
  let index: ByteIndex | undefined;
  let closing = false;
  let settling: Promise<void> = Promise.resolve();
  /** Searches and changes of the index, one after the other: none sees another's half. */
  let line: Promise<unknown> = Promise.resolve();

  function inLine<T>(step: () => T | Promise<T>): Promise<T> {
    const result = line.then(step);
    line = result.catch(() => undefined);
    return result;
  }

  async function adopt(next: SearchSet | undefined): Promise<void> {
    const before = set;
    set = next;
    const rows = next?.owners.length ?? 0;
    if (next === undefined || rows < INDEXED_ROWS || !fits(index, next)) {
      const gone = index;
      index = undefined;
      await gone?.close();
    }
    if (next === undefined || rows < INDEXED_ROWS) return;
    if (index === undefined) index = await openByteIndex(rows, next.dimensions);
    else {
      for (let shard = 0; shard * SHARD_ROWS < rows; shard++) {
        if (!sameRows(before, next, shard)) index.mark(shard);
      }
    }
  }

  async function follow(next: SearchSet | undefined): Promise<void> {
    await inLine(() => adopt(next));
    for (;;) {
      // Searches and messages that wait have their turn between two shards.
      await turn();
      const [shard] = index?.dirty ?? [];
      if (next === undefined || shard === undefined || closing || set !== next) return;
      await inLine(() => index?.write(shard, next.rows, next.owners.length));
    }
  }

  async function nearest(probe: Float32Array, limit: number, nowMs: number): Promise<readonly Ranked[]> {
    const current = set;
    if (current === undefined) return [];
    const { owners, dimensions } = current;
    if (index === undefined || owners.length === 0) {
      return rankRows(current, probe, limit, nowMs, 0, owners.length);
    }
    if (probe.length !== dimensions)
      throw new RangeError(`probe of ${probe.length}, gallery of ${dimensions}`);
    const ranking = createRanking(limit);
    for (const shard of index.dirty) {
      const first = shard * SHARD_ROWS;
      const last = Math.min(owners.length, first + SHARD_ROWS);
      for (const { owner, score } of rankRows(current, probe, limit, nowMs, first, last))
        ranking.offer(owner, score);
    }
    rankClean(current, index.dirty, await index.estimate(probe), probe, nowMs, ranking);
    return ranking.list;
  }

  return {
    setGallery(next) {
      settling = follow(next);
      // Who asks settled() hears of a failure; until then searches scan, and are right.
      settling.catch(() => undefined);
    },
    nearest: (probe, limit, nowMs) => inLine(() => nearest(probe, limit, nowMs)),
    search: (probe, nowMs) =>
      inLine(async () => {
        const best = await nearest(probe, 2, nowMs);
        return set === undefined ? undefined : matchOf(set, best);
      }),
    settled: () => settling,
    async close() {
      closing = true;
      await settling.catch(() => undefined);
      await inLine(() => adopt(undefined));
    },
  };
}

function fits(index: ByteIndex | undefined, set: SearchSet): boolean {
  return index !== undefined && index.dimensions === set.dimensions && index.capacity >= set.owners.length;
}

/** Whether a shard's rows are the same bytes in both; entries are appended far more often than removed. */
function sameRows(before: SearchSet | undefined, after: SearchSet, shard: number): boolean {
  const bytes = ({ rows, dimensions }: SearchSet): Uint8Array => {
    const from = shard * SHARD_ROWS * dimensions;
    const part = rows.subarray(from, from + SHARD_ROWS * dimensions);
    return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
  };
  return before !== undefined && Buffer.compare(bytes(before), bytes(after)) === 0;
}

/**
 * Offers the rows that have estimates. The least score that the `limit`-th best entry can have shuts out all rows that
 * can't reach it; the others are computed in floats, those that may be best first, until none can enter any more.
 */
function rankClean(
  { rows, owners, dimensions, entries }: SearchSet,
  dirty: ReadonlySet<number>,
  { products, errorOf }: Estimates,
  probe: Float32Array,
  nowMs: number,
  ranking: Ranking,
): void {
  const inForce = (row: number): boolean =>
    (entries[owners[row] as number] as { expiresMs: number }).expiresMs > nowMs;
  const clean: [number, number][] = [];
  for (let first = 0; first < owners.length; first += SHARD_ROWS) {
    if (!dirty.has(first / SHARD_ROWS)) clean.push([first, Math.min(owners.length, first + SHARD_ROWS)]);
  }
  const certain = createRanking(ranking.limit);
  for (const { owner, score } of ranking.list) certain.offer(owner, score);
  for (const [first, last] of clean) {
    for (let row = first; row < last; row++) {
      const least = (products[row] as number) - errorOf(row);
      if (least > certain.floor && inForce(row)) certain.offer(owners[row] as number, least);
    }
  }
  const { floor } = certain;
  const possible: { readonly row: number; readonly most: number }[] = [];
  for (const [first, last] of clean) {
    for (let row = first; row < last; row++) {
      const most = (products[row] as number) + errorOf(row);
      if (most >= floor && inForce(row)) possible.push({ row, most });
    }
  }
  possible.sort((a, b) => b.most - a.most);
  for (const { row, most } of possible) {
    if (most < ranking.floor) break;
    ranking.offer(owners[row] as number, product(rows, row * dimensions, probe));
  }
}

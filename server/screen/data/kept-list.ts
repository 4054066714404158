// A list that is read once and then kept current by the stream, whichever of the two comes first.
import type { QueryClient } from "@tanstack/react-query";

interface KeptListOptions<T> {
  readonly key: string;
  /** What the list is sorted by, greatest first. */
  readonly order: (row: T) => string;
  /** Rows kept. */
  readonly limit: number;
}

/** Rows of the stream remembered for a reading that is on its way. */
const MOST_RECENT = 500;

export class KeptList<T extends { readonly id: string }> {
  readonly queryKey: readonly [string];
  readonly limit: number;
  readonly #order: (row: T) => string;
  #recent: { readonly atMs: number; readonly row: T }[] = [];

  constructor({ key, order, limit }: KeptListOptions<T>) {
    this.queryKey = [key];
    this.limit = limit;
    this.#order = order;
  }

  /** A row of the stream: new, or newer than one with the same id. */
  take(client: QueryClient, row: T): void {
    this.#recent = [...this.#recent.slice(1 - MOST_RECENT), { atMs: performance.now(), row }];
    client.setQueryData<T[]>(this.queryKey, (rows) =>
      rows === undefined ? undefined : this.#put(rows, row),
    );
  }

  /** Reads the list. What the stream said meanwhile is newer than the answer may be, so it is put on top. */
  async read(ask: () => Promise<readonly T[]>): Promise<T[]> {
    const askedMs = performance.now();
    const sorted = [...(await ask())].sort((a, b) => (this.#order(a) < this.#order(b) ? 1 : -1));
    const later = this.#recent.filter(({ atMs }) => atMs >= askedMs);
    return later.reduce((rows, { row }) => this.#put(rows, row), sorted);
  }

  #put(rows: readonly T[], row: T): T[] {
    const others = rows.filter(({ id }) => id !== row.id);
    const place = others.findIndex((other) => this.#order(other) <= this.#order(row));
    return others.toSpliced(place === -1 ? others.length : place, 0, row).slice(0, this.limit);
  }
}

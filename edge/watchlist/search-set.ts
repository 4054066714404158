// The gallery as the workers search it: one matrix in shared memory and who owns which row.
import { unexpired, type WatchEntry } from "./entry.ts";

/** Immutable once built; structured-cloneable, and the matrix is shared, not copied, between threads. */
export interface SearchSet {
  /** SHA-256 of the embedder's weights that made every row. */
  readonly model: string;
  readonly dimensions: number;
  /** Unit vectors, row-major. */
  readonly rows: Float32Array<SharedArrayBuffer>;
  /** Index into `entries` of each row. */
  readonly owners: Uint32Array<SharedArrayBuffer>;
  readonly entries: readonly SearchEntry[];
}

export interface SearchEntry {
  readonly id: string;
  readonly name: string;
  readonly expiresMs: number;
}

export interface BuiltSet {
  readonly set: SearchSet;
  /** Entries left out because another embedder made their templates: they must be enrolled anew. */
  readonly foreign: readonly WatchEntry[];
}

/** The entries in force at `nowMs` whose templates the embedder with these weights made. */
export function buildSearchSet(all: readonly WatchEntry[], model: string, nowMs: number): BuiltSet {
  const current = unexpired(all, nowMs).filter(({ plate }) => plate === undefined);
  const own = current.filter((entry) => entry.model === model);
  const templates = own.flatMap((entry) => entry.templates);
  const dimensions = templates[0]?.length ?? 0;
  const rows = new Float32Array(new SharedArrayBuffer(templates.length * dimensions * 4));
  const owners = new Uint32Array(new SharedArrayBuffer(templates.length * 4));
  let row = 0;
  own.forEach((entry, owner) => {
    for (const template of entry.templates) {
      if (template.length !== dimensions)
        throw new RangeError(`a template of ${template.length} among ${dimensions}`);
      rows.set(template, row * dimensions);
      owners[row++] = owner;
    }
  });
  return {
    set: {
      model,
      dimensions,
      rows,
      owners,
      entries: own.map(({ id, name, expires }) => ({ id, name, expiresMs: Date.parse(expires) })),
    },
    foreign: current.filter((entry) => entry.model !== model),
  };
}

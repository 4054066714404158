// Watch-list figures: enrolled people who are missed, and strangers who are accused, at one threshold fixed beforehand.
import { searchGallery } from "../../../edge/watchlist/search.ts";
import { buildSearchSet } from "../../../edge/watchlist/search-set.ts";
import { wilson, type Interval } from "../interval.ts";
import type { WatchListRow } from "./face-set.ts";

export interface Identification {
  readonly threshold: number;
  readonly threshold_from: string;
  /** Share of mated probes not named as the right person at the threshold. */
  readonly fnir: number;
  /** Share of non-mated probes named as anyone at all. */
  readonly fpir: number;
  /** Share of mated probes whose nearest entry is the right person, whatever the score. */
  readonly rank1: number;
  readonly enrolled: number;
  readonly probes_mated: number;
  readonly probes_nonmated: number;
  readonly intervals: Readonly<Record<"fnir" | "fpir" | "rank1", Interval>>;
}

const MODEL = "0".repeat(64);

/** The product's own search over the set's enrolled pictures. A probe without a face is a miss, never an accusation. */
export function identification(
  rows: readonly WatchListRow[],
  vectors: ReadonlyMap<string, Float32Array>,
  threshold: { readonly value: number; readonly from: string },
): Identification | undefined {
  const templates = new Map<string, Float32Array[]>();
  for (const { role, identity, file } of rows) {
    const vector = vectors.get(file);
    if (role === "enrol" && vector !== undefined)
      templates.set(identity, [...(templates.get(identity) ?? []), vector]);
  }
  const entries = [...templates].map(([id, own]) => ({
    ...{
      id,
      name: id,
      reason: "evaluation",
      created: "2000-01-01T00:00:00Z",
      expires: "9999-01-01T00:00:00Z",
    },
    model: MODEL,
    templates: own,
  }));
  const { set } = buildSearchSet(entries, MODEL, 0);
  const counts = { mated: 0, missed: 0, first: 0, nonmated: 0, accused: 0 };
  for (const { role, identity, file } of rows) {
    if (role === "enrol") continue;
    const vector = vectors.get(file);
    const match = vector === undefined ? undefined : searchGallery(set, vector, 0);
    const named = match !== undefined && match.score >= threshold.value;
    if (role === "probe_mated") {
      counts.mated++;
      if (match?.entryId === identity) counts.first++;
      if (!named || match.entryId !== identity) counts.missed++;
    } else {
      counts.nonmated++;
      if (named) counts.accused++;
    }
  }
  if (counts.mated + counts.nonmated === 0) return undefined;
  return {
    threshold: threshold.value,
    threshold_from: threshold.from,
    fnir: counts.missed / counts.mated,
    fpir: counts.accused / counts.nonmated,
    rank1: counts.first / counts.mated,
    enrolled: entries.length,
    probes_mated: counts.mated,
    probes_nonmated: counts.nonmated,
    intervals: {
      fnir: wilson(counts.missed, counts.mated),
      fpir: wilson(counts.accused, counts.nonmated),
      rank1: wilson(counts.first, counts.mated),
    },
  };
}

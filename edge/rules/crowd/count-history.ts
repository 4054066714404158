// How many people a zone held in the last seconds: what a sudden change is measured against.

/** Half a second's frames make one entry. */
const STEP_MS = 500;
/** After a longer gap between frames, or at the start, the history begins anew … */
const GAP_MS = 2000;
/** … once tracks have had time to be believed in: a crowd that comes into view is no surge. */
const SETTLE_MS = 3000;
/** Entries at most, whatever the window. */
const MAX_ENTRIES = 256;

export interface CountHistory {
  /** Media time of the first frame after the last gap, and of the last frame. */
  readonly beganMs: number;
  readonly lastMs: number;
  /** Medians of half seconds, oldest first. */
  readonly entries: readonly { readonly tMs: number; readonly persons: number }[];
  /** Counts of the running half second. */
  readonly counts: readonly number[];
  /** Nothing was to be seen when last anybody was: the history begins anew with whoever is seen next. */
  readonly blind?: true;
}

export const NO_HISTORY: CountHistory = {
  beganMs: 0,
  lastMs: Number.MIN_SAFE_INTEGER,
  entries: [],
  counts: [],
};

/** Takes a frame's count; entries older than the window are let go. */
export function remember(
  history: CountHistory,
  tMs: number,
  persons: number,
  windowMs: number,
): CountHistory {
  if (history.blind === true) {
    if (persons === 0) return { ...history, lastMs: tMs };
    return { beganMs: tMs, lastMs: tMs, entries: [], counts: [] };
  }
  if (tMs - history.lastMs > GAP_MS || tMs < history.lastMs) {
    return { beganMs: tMs, lastMs: tMs, entries: [], counts: [] };
  }
  if (tMs - history.beganMs < SETTLE_MS) return { ...history, lastMs: tMs };
  const counts = [...history.counts, persons].slice(-60);
  const lastEntryMs = history.entries.at(-1)?.tMs ?? history.beganMs;
  if (tMs - lastEntryMs < STEP_MS) return { ...history, lastMs: tMs, counts };
  const entries = [...history.entries, { tMs, persons: median(counts) }]
    .filter((entry) => tMs - entry.tMs <= windowMs)
    .slice(-MAX_ENTRIES);
  return { beganMs: history.beganMs, lastMs: tMs, entries, counts: [] };
}

/** After a frame in which the picture shows nothing of a crowd that was there a moment ago. */
export function blinded({ beganMs }: CountHistory, tMs: number): CountHistory {
  return { beganMs, lastMs: tMs, entries: [], counts: [], blind: true };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

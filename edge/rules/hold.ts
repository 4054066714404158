// A condition that must hold for a while: since when it does, with short lapses forgiven.

/** Plain data; absent `sinceMs` means that the condition does not hold. */
export interface Hold {
  readonly sinceMs?: number;
  /** Since when it has lapsed. */
  readonly lapsedMs?: number;
  readonly lastMs?: number;
}

/** A lapse up to this long is forgiven: one missed detection must not start the clock anew. */
const GRACE_MS = 500;
/** After a longer gap between frames nothing is known of the time between. */
const BLIND_MS = 2000;

export const NOT_HELD: Hold = {};

export function hold(before: Hold, tMs: number, condition: boolean): Hold {
  const blind = before.lastMs !== undefined && tMs - before.lastMs > BLIND_MS;
  const sinceMs = blind ? undefined : before.sinceMs;
  if (condition) return { sinceMs: sinceMs ?? tMs, lastMs: tMs };
  if (sinceMs === undefined) return { lastMs: tMs };
  const lapsedMs = before.lapsedMs ?? tMs;
  return tMs - lapsedMs > GRACE_MS ? { lastMs: tMs } : { sinceMs, lapsedMs, lastMs: tMs };
}

/** How long the condition has held; 0 while it does not, or not in this very frame. */
export function heldMs(state: Hold, tMs: number): number {
  return state.sinceMs === undefined || state.lapsedMs !== undefined ? 0 : tMs - state.sinceMs;
}

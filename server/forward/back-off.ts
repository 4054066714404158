// When a failed delivery is tried again, and when no more.

const FIRST_MS = 1_000;
const MAX_MS = 10 * 60_000;
/** A destination may be down over a long weekend. */
const GIVE_UP_MS = 4 * 24 * 3_600_000;

/** Doubles with each attempt, half to all of it at random; undefined: give up. `random` is in [0, 1). */
export function nextDelayMs(attempts: number, ageMs: number, random: number): number | undefined {
  if (ageMs > GIVE_UP_MS) return undefined;
  const full = Math.min(FIRST_MS * 2 ** (attempts - 1), MAX_MS);
  return full * (0.5 + random / 2);
}

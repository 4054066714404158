// The calendar day of the people who read the figures.

/** Việt Nam keeps UTC+7 all year. */
const OFFSET_MS = 7 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** Midnight in Việt Nam before (or at) the given moment. */
export function startOfDay(now: Date): Date {
  return new Date(Math.floor((now.getTime() + OFFSET_MS) / DAY_MS) * DAY_MS - OFFSET_MS);
}

// What truly was the case in a zone: counted from where the generated people stood, by plain definitions.
import type { Place } from "../body.ts";

export interface Standing extends Place {
  readonly id: number;
  readonly speed: number;
  readonly vy: number;
}

/** The people in the zone at a time in seconds. */
export interface Census {
  readonly t: number;
  readonly people: readonly Standing[];
}

/** First time at which a condition has held for `holdS` without a break. */
export function firstHeld(
  censuses: readonly Census[],
  holdS: number,
  holds: (census: Census, index: number) => boolean,
): number | undefined {
  let since: number | undefined;
  for (const [index, census] of censuses.entries()) {
    if (!holds(census, index)) since = undefined;
    else {
      since ??= census.t;
      if (census.t - since >= holdS) return census.t;
    }
  }
  return undefined;
}

/** First time at which the count has changed by a ratio and a number within a window: up (ratio > 0) or down. */
export function firstChange(
  censuses: readonly Census[],
  windowS: number,
  ratio: number,
  least: number,
): number | undefined {
  const found = censuses.find(({ t, people }) =>
    censuses.some((earlier) => {
      if (earlier.t < t - windowS || earlier.t >= t) return false;
      const before = earlier.people.length;
      const change = people.length - before;
      return ratio > 0
        ? change >= least && change >= ratio * before
        : -change >= least && change <= ratio * before;
    }),
  );
  return found?.t;
}

export function medianSpeed(people: readonly Standing[]): number {
  const speeds = people.map(({ speed }) => speed).sort((a, b) => a - b);
  return speeds[Math.floor(speeds.length / 2)] ?? 0;
}

/** Most people who stand within `radius` of one of them. */
export function largestGroup(people: readonly Standing[], radius: number): number {
  const still = people.filter(({ speed }) => speed < 0.3);
  const sizes = still.map((a) => still.filter((b) => Math.hypot(a.x - b.x, a.y - b.y) <= radius).length);
  return Math.max(0, ...sizes);
}

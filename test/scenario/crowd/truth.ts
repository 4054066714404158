// What truly was the case in a zone: counted from where the generated people stood, by plain definitions.
import type { Place } from "../body.ts";

export interface Standing extends Place {
  readonly id: number;
  /** Way since a second ago, in m/s: a jostle is no walk. */
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
  const half = speeds.length / 2;
  return ((speeds[Math.ceil(half) - 1] ?? 0) + (speeds[Math.floor(half)] ?? 0)) / 2;
}

/** How finely middles are tried, metres. */
const GRID_M = 0.2;

/** Most people slower than `slow` within `radius` of a middle, wherever it lies. */
export function largestGroup(people: readonly Standing[], radius: number, slow: number): number {
  const still = people.filter(({ speed }) => speed < slow);
  let most = 0;
  for (const first of still) {
    const near = still.filter((other) => Math.hypot(other.x - first.x, other.y - first.y) <= 2 * radius);
    if (near.length <= most) continue;
    // A middle of a group that holds this one is not further away than the radius.
    for (let x = first.x - radius; x <= first.x + radius; x += GRID_M) {
      for (let y = first.y - radius; y <= first.y + radius; y += GRID_M) {
        most = Math.max(most, near.filter((one) => Math.hypot(one.x - x, one.y - y) <= radius).length);
      }
    }
  }
  return most;
}

/** Whether a count comes near to a change by definition (see {@link firstChange}): one person or two seconds short of it. */
export function nearlyChanges(censuses: readonly Census[], windowS: number, least: number): boolean {
  return (
    firstChange(censuses, windowS + 2, Number.MIN_VALUE, least - 2) !== undefined ||
    firstChange(censuses, windowS + 2, -Number.MIN_VALUE, least - 2) !== undefined
  );
}

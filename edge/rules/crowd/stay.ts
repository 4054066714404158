// How long people stay in a zone and wait there, looked at once a second.
import type { RoadUser } from "../road-user.ts";

/** Plain data: since when whoever is in the zone has been there, and the stays that ended in the running minute. */
export interface Stays {
  readonly since: Readonly<Record<string, number>>;
  readonly ended: number;
  readonly endedS: number;
}

export const NO_STAYS: Stays = { since: {}, ended: 0, endedS: 0 };

/** A stay is over once its track is no longer in the zone; one shorter than a second leaves no trace. */
export function stepStays(stays: Stays, people: readonly RoadUser[], tMs: number): Stays {
  const since: Record<string, number> = {};
  for (const { track } of people) since[track.id] = stays.since[track.id] ?? tMs;
  let { ended, endedS } = stays;
  for (const [id, from] of Object.entries(stays.since)) {
    if (id in since) continue;
    ended++;
    endedS += (tMs - from) / 1000;
  }
  return { since, ended, endedS };
}

/** How people move and wait at one moment; metres and seconds. */
export interface Movement {
  /** Mean speed of those who walk; absent when nobody does. */
  readonly speed_ms?: number;
  readonly standing: number;
  /** Mean time that those who stand have stood. */
  readonly standing_s?: number;
}

export function movementOf(people: readonly RoadUser[], tMs: number): Movement {
  let walking = 0;
  let speeds = 0;
  let standing = 0;
  let stoodS = 0;
  for (const { standingSinceMs, speedMs } of people) {
    if (standingSinceMs !== undefined) {
      standing++;
      stoodS += (tMs - standingSinceMs) / 1000;
    } else if (speedMs !== undefined) {
      walking++;
      speeds += speedMs;
    }
  }
  return {
    ...(walking === 0 ? {} : { speed_ms: speeds / walking }),
    standing,
    ...(standing === 0 ? {} : { standing_s: stoodS / standing }),
  };
}

// How long people stay in a zone and wait there, looked at once a second.
import type { RoadUser } from "../road-user.ts";

/** Plain data: who is in the zone, by track in order, and since when; and the stays that ended in the running minute. */
export interface Stays {
  readonly ids: readonly number[];
  readonly sinceMs: readonly number[];
  readonly ended: number;
  readonly endedS: number;
}

export const NO_STAYS: Stays = { ids: [], sinceMs: [], ended: 0, endedS: 0 };

/**
 * A stay is over once its track is no longer in the zone; one shorter than a second leaves no trace. `people` are in
 * order of their tracks.
 */
export function stepStays(stays: Stays, people: readonly RoadUser[], tMs: number): Stays {
  const ids: number[] = [];
  const sinceMs: number[] = [];
  let { ended, endedS } = stays;
  let at = 0;
  const endBefore = (id: number): void => {
    for (; at < stays.ids.length && (stays.ids[at] as number) < id; at++) {
      ended++;
      endedS += (tMs - (stays.sinceMs[at] as number)) / 1000;
    }
  };
  for (const { track } of people) {
    endBefore(track.id);
    const stayed = stays.ids[at] === track.id;
    ids.push(track.id);
    sinceMs.push(stayed ? (stays.sinceMs[at] as number) : tMs);
    if (stayed) at++;
  }
  endBefore(Number.POSITIVE_INFINITY);
  return { ids, sinceMs, ended, endedS };
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

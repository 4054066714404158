// Who is in a zone, and since when at the latest: a dwell that outlives a lost track and isn't handed on to a neighbour.
import type { RoadUser } from "../road-user.ts";
import { lastSpotOf, metresFromWay, type Spot, spotOf } from "./spot.ts";

/** Somebody who lost their track, or stepped out, is the same person if seen again within this long … */
const LOST_MS = 6000;
/** … and this near to where they were going, and as much further for each second as a turn may take them. */
const NEAR_M = 1;
const TURN_MS = 0.4;
/** Of two whom a new track may go on from, one must be nearer by this much to be the one. */
const CLEARLY_M = 0.7;

/** Plain data. The same object from frame to frame while its track stays in the zone. */
export interface Presence {
  readonly id: number;
  /** Media time since which this person has been here; rather too late than too early. */
  readonly sinceMs: number;
  /** Absent while the track is in the zone. */
  readonly left?: {
    readonly atMs: number;
    /** Where the track was seen last, also outside the zone. */
    readonly spot: Spot;
    readonly seenMs: number;
  };
}

/** Everybody whom a frame counts, and those of them who are in the zone; both in order of their tracks. */
export interface Attendance {
  readonly tMs: number;
  readonly all: readonly RoadUser[];
  readonly people: readonly RoadUser[];
}

/** What holds in a zone: whoever is in it, in order of their tracks, and whoever left it a moment ago. */
export interface Presences {
  readonly here: readonly Presence[];
  readonly gone: readonly Presence[];
}

export const NOBODY: Presences = { here: [], gone: [] };

/** Moves the presences on by a frame; the same object when nothing changed. */
export function stepPresences(before: Presences, { tMs, all, people }: Attendance): Presences {
  const gone: Presence[] = [];
  for (const presences of [before.here, before.gone]) {
    for (const presence of presences) {
      if (userOf(presence.id, people) !== undefined) continue;
      const kept = leave(presence, userOf(presence.id, all), tMs);
      if (kept !== undefined) gone.push(kept);
    }
  }
  let same = people.length === before.here.length;
  let at = 0;
  const here = people.map((user, index): Presence => {
    const { id } = user.track;
    while (at < before.here.length && (before.here[at] as Presence).id < id) at++;
    const known = before.here[at];
    const presence =
      known?.id === id && !user.renewed
        ? known
        : (comeBack(user, before.gone, tMs) ?? arrive(user, gone, tMs));
    if (presence !== before.here[index]) same = false;
    return presence;
  });
  const sameGone =
    gone.length === before.gone.length && gone.every((one, index) => one === before.gone[index]);
  return same && sameGone ? before : { here: same ? before.here : here, gone: sameGone ? before.gone : gone };
}

/** The user of a track, among some in order of their tracks. */
export function userOf(id: number, users: readonly RoadUser[]): RoadUser | undefined {
  let low = 0;
  let high = users.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((users[middle] as RoadUser).track.id < id) low = middle + 1;
    else high = middle;
  }
  return users[low]?.track.id === id ? users[low] : undefined;
}

/** Somebody who was out of the zone, or unseen, on the same track. */
function comeBack(user: RoadUser, gone: readonly Presence[], tMs: number): Presence | undefined {
  const { id } = user.track;
  const presence = user.renewed ? undefined : gone.find((one) => one.id === id);
  if (presence?.left === undefined || tMs - presence.left.atMs > LOST_MS) return undefined;
  return { id, sinceMs: presence.sinceMs };
}

/** Whoever is not in the zone in this frame: where their track went is followed as long as there is one. */
function leave(presence: Presence, user: RoadUser | undefined, tMs: number): Presence | undefined {
  const { id, sinceMs, left } = presence;
  if (left !== undefined && tMs - left.atMs > LOST_MS) return undefined;
  if (user === undefined) return left === undefined ? undefined : presence;
  if (left !== undefined && !user.track.observed) return presence;
  const seenMs = user.track.lastSeenMs;
  return { id, sinceMs, left: { atMs: left?.atMs ?? tMs, spot: lastSpotOf(user), seenMs } };
}

/**
 * Somebody whose track is new in the zone. It may go on from one that was lost before it began, never from one that
 * was seen beside it; if from either of two, it has the dwell of the later. Who was gone on from is taken out.
 */
function arrive(user: RoadUser, gone: Presence[], tMs: number): Presence {
  const { id } = user.track;
  const bornMs = user.renewed ? tMs : user.track.firstSeenMs;
  const spot = spotOf(user);
  let least = Number.POSITIVE_INFINITY;
  let nearest: Presence | undefined;
  let sinceMs = tMs;
  for (const presence of gone) {
    const metres = distanceTo(presence, spot, bornMs, tMs);
    if (metres >= least) continue;
    least = metres;
    nearest = presence;
    sinceMs = presence.sinceMs;
  }
  if (nearest === undefined) return { id, sinceMs: tMs };
  for (const presence of gone) {
    if (distanceTo(presence, spot, bornMs, tMs) < least + CLEARLY_M) {
      sinceMs = Math.max(sinceMs, presence.sinceMs);
    }
  }
  gone.splice(gone.indexOf(nearest), 1);
  return { id, sinceMs };
}

/** How far a spot is from where a lost one was going, or stopped on the way; infinite where that one cannot have come there. */
function distanceTo({ left }: Presence, spot: Spot, bornMs: number, tMs: number): number {
  if (left === undefined || left.seenMs >= bornMs) return Number.POSITIVE_INFINITY;
  // Seen as it walked out: whoever comes in there is somebody else.
  if (left.seenMs >= left.atMs) return Number.POSITIVE_INFINITY;
  const seconds = (tMs - left.seenMs) / 1000;
  const metres = metresFromWay(left.spot, seconds, spot);
  return metres > NEAR_M + TURN_MS * seconds ? Number.POSITIVE_INFINITY : metres;
}

// Who is in a zone, and since when at the latest: a dwell that outlives a lost track and isn't handed on to a neighbour.
import type { RoadUser } from "../road-user.ts";
import { metresBetween, moveOn, type Spot, spotOf } from "./spot.ts";

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

/** Everybody of a frame by their track, and those of them who are in the zone. */
export interface Attendance {
  readonly tMs: number;
  readonly all: ReadonlyMap<number, RoadUser>;
  readonly people: readonly RoadUser[];
  readonly inside: ReadonlySet<number>;
}

/** Moves the presences, in order of `people` and then those who left, on by a frame; the same array when nothing changed. */
export function stepPresences(before: readonly Presence[], frame: Attendance): readonly Presence[] {
  const { tMs, all, people, inside } = frame;
  const known = new Map<number, Presence>();
  const gone: Presence[] = [];
  for (const presence of before) {
    if (inside.has(presence.id)) known.set(presence.id, presence);
    else {
      const kept = leave(presence, all.get(presence.id), tMs);
      if (kept !== undefined) gone.push(kept);
    }
  }
  const now = people.map((user): Presence => {
    const presence = user.renewed ? undefined : known.get(user.track.id);
    if (presence === undefined) return arrive(user, gone, tMs);
    if (presence.left === undefined) return presence;
    return tMs - presence.left.atMs > LOST_MS
      ? { id: presence.id, sinceMs: tMs }
      : { id: presence.id, sinceMs: presence.sinceMs };
  });
  const after = gone.length === 0 ? now : [...now, ...gone];
  const same = after.length === before.length && after.every((presence, index) => presence === before[index]);
  return same ? before : after;
}

/** Whoever is not in the zone in this frame: where their track went is followed as long as there is one. */
function leave(presence: Presence, user: RoadUser | undefined, tMs: number): Presence | undefined {
  const { id, sinceMs, left } = presence;
  if (left !== undefined && tMs - left.atMs > LOST_MS) return undefined;
  if (user === undefined) return left === undefined ? undefined : presence;
  if (left !== undefined && !user.track.observed) return presence;
  const seenMs = user.track.lastSeenMs;
  return { id, sinceMs, left: { atMs: left?.atMs ?? tMs, spot: spotOf(user), seenMs } };
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

/** How far a spot is from where a lost one was going; infinite where that one cannot have come there. */
function distanceTo({ left }: Presence, spot: Spot, bornMs: number, tMs: number): number {
  if (left === undefined || left.seenMs >= bornMs) return Number.POSITIVE_INFINITY;
  const seconds = (tMs - left.seenMs) / 1000;
  const metres = metresBetween(moveOn(left.spot, seconds), spot);
  return metres > NEAR_M + TURN_MS * seconds ? Number.POSITIVE_INFINITY : metres;
}

// Two who come within a body's width of each other: their tracks may change over, and each one's dwell with them.
import type { RoadUser } from "../road-user.ts";
import type { Attendance, Presence } from "./presence.ts";
import { metresBetween, moveOn, type Spot, spotOf } from "./spot.ts";

/** Nearer than this a detector and a tracker may take one for the other; raising it doubts more, lowering it too few. */
const MEET_M = 0.9;
/** Who went where is judged this long after they met, or, where one of them is not seen then, at the latest … */
const JUDGED_MS = 2000;
const LATEST_MS = 3000;
/** … and it is clear when one way of telling them apart fits better by this much, both together. */
const CLEARLY_M = 0.6;

/** Plain data: where two were as they met. */
export interface Meeting {
  readonly a: number;
  readonly b: number;
  readonly atMs: number;
  readonly spotA: Spot;
  readonly spotB: Spot;
}

/** What came of the meetings that were judged: track by track, the presence whose dwell is its own. */
export interface Judgement {
  readonly meetings: readonly Meeting[];
  readonly presences: readonly Presence[];
}

/** Users in order of `x`; kept, so that a step allocates little. */
const inOrder: RoadUser[] = [];

/**
 * Judges the meetings that are old enough and begins new ones. Only those of somebody who has been here for `fromMs`
 * matter. By where both were going when they met it is clear who is who after it, or it is not: then both have the
 * dwell of the later one, which is true of either.
 */
export function stepMeetings(
  before: readonly Meeting[],
  presences: readonly Presence[],
  frame: Attendance,
  fromMs: number,
): Judgement {
  const open: Meeting[] = [];
  let now = presences;
  for (const meeting of before) {
    const verdict = judge(meeting, frame);
    if (verdict === "open") open.push(meeting);
    else if (verdict !== "kept") now = settle(meeting, verdict, now, frame);
  }
  begin(open, now, frame, fromMs);
  const same = open.length === before.length && open.every((meeting, index) => meeting === before[index]);
  return { meetings: same ? before : open, presences: now };
}

type Verdict = "open" | "kept" | "exchanged" | "unclear";

function judge({ a, b, atMs, spotA, spotB }: Meeting, { all, tMs }: Attendance): Verdict {
  const elapsedMs = tMs - atMs;
  if (elapsedMs < JUDGED_MS) return "open";
  const userA = seen(all.get(a));
  const userB = seen(all.get(b));
  if (userA === undefined && userB === undefined) return elapsedMs < LATEST_MS ? "open" : "kept";
  // Who has stood in one place all the time is nobody else now.
  if (stoodSince(userA, atMs) || stoodSince(userB, atMs)) return "kept";
  if ((userA === undefined || userB === undefined) && elapsedMs < LATEST_MS) return "open";
  const wayA = moveOn(spotA, elapsedMs / 1000);
  const wayB = moveOn(spotB, elapsedMs / 1000);
  let kept = 0;
  let exchanged = 0;
  for (const [user, own, other] of [
    [userA, wayA, wayB],
    [userB, wayB, wayA],
  ] as const) {
    if (user === undefined) continue;
    const at = spotOf(user);
    kept += metresBetween(at, own);
    exchanged += metresBetween(at, other);
  }
  if (kept + CLEARLY_M < exchanged) return "kept";
  return exchanged + CLEARLY_M < kept ? "exchanged" : "unclear";
}

function seen(user: RoadUser | undefined): RoadUser | undefined {
  return user?.track.observed === true ? user : undefined;
}

function stoodSince(user: RoadUser | undefined, tMs: number): boolean {
  return user?.standingSinceMs !== undefined && user.standingSinceMs <= tMs;
}

function settle(
  { a, b, spotA, spotB }: Meeting,
  verdict: "exchanged" | "unclear",
  presences: readonly Presence[],
  { tMs }: Attendance,
): readonly Presence[] {
  // Who never was in the zone has been here for no time.
  const sinceA = presences.find(({ id }) => id === a)?.sinceMs ?? tMs;
  const sinceB = presences.find(({ id }) => id === b)?.sinceMs ?? tMs;
  const later = Math.max(sinceA, sinceB);
  return presences.map((presence) => {
    const { id, left } = presence;
    if (id !== a && id !== b) return presence;
    if (verdict === "unclear") return { ...presence, sinceMs: later };
    const sinceMs = id === a ? sinceB : sinceA;
    if (left === undefined) return { id, sinceMs };
    return { id, sinceMs, left: { ...left, spot: id === a ? spotB : spotA } };
  });
}

function begin(open: Meeting[], presences: readonly Presence[], frame: Attendance, fromMs: number): void {
  const { tMs, all } = frame;
  const long = new Set<number>();
  for (const { id, sinceMs, left } of presences) if (left === undefined && sinceMs <= fromMs) long.add(id);
  if (long.size === 0) return;
  inOrder.length = 0;
  for (const user of all.values()) if (user.track.observed) inOrder.push(user);
  inOrder.sort(byX);
  for (let i = 0; i < inOrder.length; i++) {
    const user = inOrder[i] as RoadUser;
    const spot = spotOf(user);
    const reach = MEET_M / spot.scale;
    for (let j = i + 1; j < inOrder.length; j++) {
      const other = inOrder[j] as RoadUser;
      if (xOf(other) - spot.x > reach) break;
      const { id: a } = user.track;
      const { id: b } = other.track;
      if (!long.has(a) && !long.has(b)) continue;
      const spotB = spotOf(other);
      if (metresBetween(spot, spotB) >= MEET_M) continue;
      if (open.some((meeting) => isOf(meeting, a, b))) continue;
      open.push({ a, b, atMs: tMs, spotA: spot, spotB });
    }
  }
}

function isOf(meeting: Meeting, a: number, b: number): boolean {
  return (meeting.a === a && meeting.b === b) || (meeting.a === b && meeting.b === a);
}

function byX(a: RoadUser, b: RoadUser): number {
  return xOf(a) - xOf(b);
}

function xOf({ metric, place, foot }: RoadUser): number {
  return metric ? place.x : foot.x;
}

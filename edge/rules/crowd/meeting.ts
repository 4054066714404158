// Two who come within a body's width of each other: their tracks may change over, and each one's dwell with them.
import type { RoadUser } from "../road-user.ts";
import { type Attendance, type Presence, type Presences, userOf } from "./presence.ts";
import { metresBetween, moveOn, scaleOf, type Spot, spotOf } from "./spot.ts";

/** Nearer than this a detector and a tracker may take one for the other; raising it doubts more, lowering it too few. */
const MEET_M = 0.9;
/** Who went where is judged this long after they met, once they are so far apart or one of them is lost to sight … */
const JUDGED_MS = 2000;
const APART_M = 1.2;
const LOST_MS = 1000;
/** … and as unclear of two who walk together for so long. */
const TOGETHER_MS = 10_000;
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
  readonly presences: Presences;
}

/** Who is seen, from left to right, and the spots of all by index; kept, so that a step allocates nothing. */
const MOST_USERS = 1024;
const inOrder = new Int32Array(MOST_USERS);
const xs = new Float64Array(MOST_USERS);
const ys = new Float64Array(MOST_USERS);
const scales = new Float64Array(MOST_USERS);
/** By index of the frame's users: whether they have been here for long. */
const long = new Uint8Array(MOST_USERS);

/**
 * Judges the meetings that are old enough and begins new ones. Only those of somebody who has been here for `fromMs`
 * matter. By where both were going when they met it is clear who is who after it, or it is not: then both have the
 * dwell of the later one, which is true of either.
 */
export function stepMeetings(
  before: readonly Meeting[],
  presences: Presences,
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
  const trackA = userOf(a, all);
  const trackB = userOf(b, all);
  const userA = seen(trackA);
  const userB = seen(trackB);
  const stood = stoodSince(userA, atMs) || stoodSince(userB, atMs);
  if (userA === undefined && userB === undefined) return elapsedMs < TOGETHER_MS ? "open" : "kept";
  if (userA === undefined || userB === undefined) {
    if (!isLost(userA === undefined ? trackA : trackB, tMs)) return "open";
  } else if (metresBetween(spotOf(userA), spotOf(userB)) < APART_M) {
    if (elapsedMs < TOGETHER_MS) return "open";
    return stood ? "kept" : "unclear";
  }
  // Who has stood in one place all the time is nobody else now.
  if (stood) return "kept";
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

function isLost(user: RoadUser | undefined, tMs: number): boolean {
  return user === undefined || tMs - user.track.lastSeenMs > LOST_MS;
}

function stoodSince(user: RoadUser | undefined, tMs: number): boolean {
  return user?.standingSinceMs !== undefined && user.standingSinceMs <= tMs;
}

function settle(
  { a, b, spotA, spotB }: Meeting,
  verdict: "exchanged" | "unclear",
  { here, gone }: Presences,
  { tMs }: Attendance,
): Presences {
  const sinceOf = (id: number): number | undefined =>
    (here.find((one) => one.id === id) ?? gone.find((one) => one.id === id))?.sinceMs;
  // Who never was in the zone has been here for no time.
  const sinceA = sinceOf(a) ?? tMs;
  const sinceB = sinceOf(b) ?? tMs;
  const later = Math.max(sinceA, sinceB);
  const settled = (presence: Presence): Presence => {
    const { id, left } = presence;
    if (id !== a && id !== b) return presence;
    if (verdict === "unclear") return { ...presence, sinceMs: later };
    const sinceMs = id === a ? sinceB : sinceA;
    if (left === undefined) return { id, sinceMs };
    return { id, sinceMs, left: { ...left, spot: id === a ? spotB : spotA } };
  };
  return { here: here.map(settled), gone: gone.map(settled) };
}

function begin(open: Meeting[], { here }: Presences, { tMs, all }: Attendance, fromMs: number): void {
  const count = sortByX(all);
  if (markLong(all, here, fromMs) === 0) return;
  for (let i = 0; i < count; i++) {
    const index = inOrder[i] as number;
    for (let j = i + 1; j < count; j++) {
      const next = inOrder[j] as number;
      const right = (xs[next] as number) - (xs[index] as number);
      const down = (ys[next] as number) - (ys[index] as number);
      if (right * (scales[index] as number) > MEET_M) break;
      if (long[index] === 0 && long[next] === 0) continue;
      const scale = Math.min(scales[index] as number, scales[next] as number);
      if ((right * right + down * down) * scale * scale >= MEET_M * MEET_M) continue;
      const user = all[index] as RoadUser;
      const other = all[next] as RoadUser;
      const { id: a } = user.track;
      const { id: b } = other.track;
      if (open.some((meeting) => isOf(meeting, a, b))) continue;
      open.push({ a, b, atMs: tMs, spotA: spotOf(user), spotB: spotOf(other) });
    }
  }
}

/** Fills `inOrder` with the indices of the users that are seen, and their spots; gives how many. By insertion, without a comparator. */
function sortByX(all: readonly RoadUser[]): number {
  let count = 0;
  for (let index = 0; index < all.length && index < MOST_USERS; index++) {
    const user = all[index] as RoadUser;
    if (!user.track.observed) continue;
    const at = user.metric ? user.place : user.foot;
    xs[index] = at.x;
    ys[index] = at.y;
    scales[index] = scaleOf(user);
    let place = count++;
    while (place > 0 && (xs[inOrder[place - 1] as number] as number) > (xs[index] as number)) {
      inOrder[place] = inOrder[place - 1] as number;
      place--;
    }
    inOrder[place] = index;
  }
  return count;
}

/** Marks whoever has been in the zone since `fromMs` or longer; gives how many. */
function markLong(all: readonly RoadUser[], here: readonly Presence[], fromMs: number): number {
  long.fill(0);
  let marked = 0;
  let at = 0;
  for (const { id, sinceMs } of here) {
    while (at < all.length && (all[at] as RoadUser).track.id < id) at++;
    if (sinceMs > fromMs || at >= MOST_USERS || all[at]?.track.id !== id) continue;
    long[at] = 1;
    marked++;
  }
  return marked;
}

function isOf(meeting: Meeting, a: number, b: number): boolean {
  return (meeting.a === a && meeting.b === b) || (meeting.a === b && meeting.b === a);
}

// A vehicle that came over a stop line on red: what red-light and stop-line have in common.
import type { Withheld } from "../../../contract/traffic.ts";
import { lengthOf } from "../../geometry/box.ts";
import type { SceneLine } from "../../scene/scene.ts";
import { bottomCentre } from "../../geometry/box.ts";
import { crossingOf, signedDistance } from "../../geometry/segment.ts";
import { crossingBy, type LineCrossing } from "../line-side.ts";
import { isVehicle, type RoadUser, seenBox } from "../road-user.ts";
import type { RuleFrame, SignalReading } from "../rule.ts";
import { bestSeat } from "../riding.ts";
import { isStale } from "../signals.ts";

/** A crossing of the stop line that was not lawful, or that nobody can know to have been. */
export interface RedCrossing {
  readonly crossedMs: number;
  readonly crossedBox: readonly [number, number, number, number];
  /** Since when the signal was red; identifies the red phase. */
  readonly redSinceMs: number;
  readonly redForMs: number;
  /** Direction in which the line is crossed at a right angle, in the plane of places: turns are measured from it. */
  readonly heading: readonly [number, number];
  readonly withheld?: Withheld;
}

/**
 * The crossing made in this frame, or undefined. `leastRedMs` is how long red must have held for this vehicle. A
 * signal that was red but has gone stale gives a withheld crossing, and so does one that reports `unknown`.
 */
export function redCrossing(
  line: SceneLine,
  user: RoadUser,
  frame: RuleFrame,
  reading: SignalReading | undefined,
  leastRedMs: number,
): RedCrossing | undefined {
  if (reading === undefined || !isVehicle(user)) return undefined;
  const crossing: BoxedCrossing | undefined =
    crossingBy(line, user, frame.tMs) ?? crossingBeforeBelief(line, user, frame.tMs);
  if (crossing === undefined || crossing.direction !== "forward" || !crossing.within) return undefined;
  const withheld = withholdBy(reading, frame.tMs);
  if (reading.state !== "red" && withheld === undefined) return undefined;
  const redForMs = crossing.tMs - reading.sinceMs;
  if (reading.state === "red" && redForMs <= leastRedMs) return undefined;
  return {
    crossedMs: crossing.tMs,
    crossedBox: withRiders(user, frame, crossing.box),
    redSinceMs: reading.sinceMs,
    redForMs,
    heading: across(line, user),
    ...(withheld === undefined ? {} : { withheld }),
  };
}

/** Unit vector over the line, forward. */
function across({ segment, forwardPicture, onGround }: SceneLine, { metric }: RoadUser): [number, number] {
  const ground = metric ? onGround : undefined;
  const { from, to } = ground?.segment ?? segment;
  const sign = ground?.forward ?? forwardPicture;
  const long = lengthOf(to.x - from.x, to.y - from.y);
  return [(-(to.y - from.y) / long) * sign, ((to.x - from.x) / long) * sign];
}

/** A track older than this when it is first believed in was hidden, not new. */
const BELIEF_MS = 2000;

interface BoxedCrossing extends LineCrossing {
  /** Where it was at the crossing, reckoned; absent: it was seen there. */
  readonly box?: RedCrossing["crossedBox"];
}

/**
 * The crossing between a track's first detection and the frame in which it was believed in: what comes up fast from
 * the picture's edge is over the line by then.
 */
export function crossingBeforeBelief(
  line: SceneLine,
  user: RoadUser,
  tMs: number,
): BoxedCrossing | undefined {
  const { firstBox, firstSeenMs } = user.track;
  if (firstBox === undefined || !user.located || user.before !== undefined) return undefined;
  if (firstSeenMs >= tMs || tMs - firstSeenMs > BELIEF_MS) return undefined;
  const crossing = crossingOf(bottomCentre(firstBox), user.foot, line.segment);
  if (crossing === undefined) return undefined;
  const forward = signedDistance(line.segment, user.foot) >= 0 === line.forwardPicture > 0;
  const now = seenBox(user);
  const { along } = crossing;
  return {
    direction: forward ? "forward" : "backward",
    tMs: between(firstSeenMs, tMs, along),
    within: crossing.at >= 0 && crossing.at <= 1,
    box: [
      between(firstBox.x1, now[0], along),
      between(firstBox.y1, now[1], along),
      between(firstBox.x2, now[2], along),
      between(firstBox.y2, now[3], along),
    ],
  };
}

function between(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

/** The vehicle and who sits on it, as people see one road user; `reckoned`: where the vehicle was, not where it is now. */
function withRiders(
  user: RoadUser,
  frame: RuleFrame,
  reckoned: RedCrossing["crossedBox"] | undefined,
): RedCrossing["crossedBox"] {
  const now = seenBox(user);
  let [x1, y1, x2, y2] = now;
  for (const rider of frame.users) {
    if (!rider.track.observed || !sitsOn(rider, user)) continue;
    const box = seenBox(rider);
    x1 = Math.min(x1, box[0]);
    y1 = Math.min(y1, box[1]);
    x2 = Math.max(x2, box[2]);
    y2 = Math.max(y2, box[3]);
  }
  if (reckoned === undefined) return [x1, y1, x2, y2];
  // They sat on it as they do now.
  const scale = (reckoned[2] - reckoned[0]) / Math.max(1, now[2] - now[0]);
  return [
    reckoned[0] - (now[0] - x1) * scale,
    reckoned[1] - (now[1] - y1) * scale,
    reckoned[2] + (x2 - now[2]) * scale,
    reckoned[3] + (y2 - now[3]) * scale,
  ];
}

/** By the vote over time, or by where their boxes are: a vote that comes late may still be for another track of it. */
function sitsOn(rider: RoadUser, { track }: RoadUser): boolean {
  if (rider.track.class !== "person" && rider.track.class !== "rider") return false;
  if (track.class !== "motorcycle" && track.class !== "bicycle") return false;
  return rider.ridesOn === track.id || bestSeat(rider.track, [track]) !== undefined;
}

/** Whether the signal still shows the red of the crossing; stale or unknown: nobody knows, so it is withheld. */
export function sameRed(
  crossing: RedCrossing,
  reading: SignalReading | undefined,
  tMs: number,
): { readonly holds: boolean; readonly withheld?: Withheld } {
  if (crossing.withheld !== undefined) return { holds: true, withheld: crossing.withheld };
  const withheld = reading === undefined ? "signal-unknown" : withholdBy(reading, tMs);
  if (withheld !== undefined) return { holds: true, withheld };
  return { holds: reading?.state === "red" && reading.sinceMs === crossing.redSinceMs };
}

function withholdBy(reading: SignalReading, tMs: number): Withheld | undefined {
  if (reading.state === "unknown") return "signal-unknown";
  return reading.state === "red" && isStale(reading, tMs) ? "signal-stale" : undefined;
}

// What happens round a vehicle that stands: whether it is one of a queue, waits for a signal, or traffic flows past it.
import { lengthOf, type Point } from "../../geometry/box.ts";
import { contains } from "../../geometry/polygon.ts";
import { projection } from "../../geometry/segment.ts";
import type { Scene, SceneLane, SceneLine } from "../../scene/scene.ts";
import { metresBeyond } from "../line-side.ts";
import { isVehicle, type RoadUser } from "../road-user.ts";
import type { RuleFrame } from "../rule.ts";
import { LENGTH_M } from "./queued.ts";

/**
 * `waits`: it stands at a stop line whose signal is not green. `stands`: the vehicle right before it stands, or most of
 * its lane nearby do (of its carriageway, where it stands in no lane). `flows`: most drive. `alone`: nobody is near in
 * its lane, and nothing holds it.
 */
export type Around = "stands" | "flows" | "waits" | "alone";

/** Others of the same carriageway within this distance along and across say what traffic does. */
const NEAR_M = 25;
const BESIDE_M = 7;
/** Whoever comes up from behind does not yet flow past. */
const BEHIND_M = 2;
/** Slower vehicles are about to stand. */
const FLOWING_MS = 1.5;
/** Gap to the vehicle before in a queue, metres; who has more room drives on. Room it takes to pass it. */
const QUEUE_GAP_M = 4;
const PASSING_M = 0.2;
/** Usual widths of vehicles, metres. */
const WIDTH_M: Readonly<Record<string, number>> = {
  bicycle: 0.6,
  motorcycle: 0.75,
  car: 1.8,
  bus: 2.5,
  truck: 2.3,
};
/** A signal holds whose front is so near before its line, for so long after it turned green, and for no longer in all. */
const HELD_M = 6;
const STARTING_MS = 3000;
export const LONGEST_RED_MS = 120_000;

/**
 * Where it stands in a lane, ahead is where the lane leads: in a queue a track may slip over to the vehicle behind, and
 * its last movement, hence its heading, is then backwards.
 */
export function around(user: RoadUser, frame: RuleFrame, scene: Scene): Around {
  const stoodMs = frame.tMs - (user.standingSinceMs ?? frame.tMs);
  if (stoodMs < LONGEST_RED_MS && isHeld(user, frame, scene)) return "waits";
  const lane = laneOf(user, scene);
  const facing = (user.metric ? lane?.directionGround : undefined) ?? user.heading;
  let standing = 0;
  let moving = 0;
  for (const other of frame.users) {
    if (other === user || !isVehicle(other)) continue;
    const stands = other.standingSinceMs !== undefined;
    if (stands && isLeader(user, other, facing)) return "stands";
    const ahead = aheadOf(user, other, facing);
    if (ahead === undefined) continue;
    if (lane === undefined ? !goesAlike(other, facing) : !contains(lane.polygon, other.foot)) continue;
    if (stands && (ahead > -BEHIND_M || isInColumn(user, other, facing))) standing++;
    else if (
      other.located &&
      goesAlike(other, facing) &&
      ahead > -BEHIND_M &&
      (other.speedMs ?? 0) > FLOWING_MS
    )
      moving++;
  }
  if (standing + moving === 0) return "alone";
  return standing > moving ? "stands" : "flows";
}

/** Whether another vehicle is right before it: it cannot drive on while that one stands. */
function isLeader(user: RoadUser, other: RoadUser, facing: Point | undefined): boolean {
  if (facing === undefined) return false;
  const dx = other.place.x - user.place.x;
  const dy = other.place.y - user.place.y;
  const along = dx * facing.x + dy * facing.y;
  const reach = (LENGTH_M[user.track.class] ?? 4.5) + QUEUE_GAP_M;
  return along > 0.5 && along < reach && isInColumn(user, other, facing);
}

/** Whether one cannot pass the other where the lane leads. */
function isInColumn(user: RoadUser, other: RoadUser, facing: Point | undefined): boolean {
  if (facing === undefined) return true;
  const dx = other.place.x - user.place.x;
  const dy = other.place.y - user.place.y;
  const across = Math.abs(dx * facing.y - dy * facing.x);
  const halves = ((WIDTH_M[user.track.class] ?? 1.8) + (WIDTH_M[other.track.class] ?? 1.8)) / 2;
  return across < halves + PASSING_M;
}

/** The lane it stands in, if it stands in one. */
function laneOf(user: RoadUser, scene: Scene): SceneLane | undefined {
  for (const lane of scene.lanes.values()) if (contains(lane.polygon, user.foot)) return lane;
  return undefined;
}

/** How far ahead another vehicle is on the same carriageway; undefined where it is not near. */
function aheadOf(user: RoadUser, other: RoadUser, facing: Point | undefined): number | undefined {
  const dx = other.place.x - user.place.x;
  const dy = other.place.y - user.place.y;
  if (facing === undefined) return lengthOf(dx, dy) <= NEAR_M ? 0 : undefined;
  const along = dx * facing.x + dy * facing.y;
  const across = Math.abs(dx * facing.y - dy * facing.x);
  return Math.abs(along) <= NEAR_M && across <= BESIDE_M ? along : undefined;
}

function goesAlike({ heading }: RoadUser, facing: Point | undefined): boolean {
  if (heading === undefined || facing === undefined) return true;
  return heading.x * facing.x + heading.y * facing.y > 0.5;
}

interface StopLine {
  readonly line: SceneLine;
  /** Absent where no rule of the scene says which signal it obeys. */
  readonly signal?: string;
}

/** By scene, which never changes. */
const stopLines = new WeakMap<Scene, readonly StopLine[]>();

function stopLinesOf(scene: Scene): readonly StopLine[] {
  const known = stopLines.get(scene);
  if (known !== undefined) return known;
  const found = [...scene.lines.values()]
    .filter(({ kind }) => kind === "stop")
    .map((line) => {
      for (const rule of scene.rules) {
        const obeys = rule.rule === "red-light" || rule.rule === "stop-line";
        if (obeys && rule.line === line.name) return { line, signal: rule.signal };
      }
      return { line };
    });
  stopLines.set(scene, found);
  return found;
}

/** Whether a stop line lies before it whose signal is not green, or only just. A state that nobody knows may be red. */
function isHeld(user: RoadUser, frame: RuleFrame, scene: Scene): boolean {
  return stopLinesOf(scene).some(({ line, signal }) => {
    const beyond = metresBeyond(line, user);
    if (beyond > 0 || beyond < -HELD_M - (LENGTH_M[user.track.class] ?? 0)) return false;
    const onGround = user.metric ? line.onGround : undefined;
    const at =
      onGround === undefined ? projection(line.segment, user.foot) : projection(onGround.segment, user.place);
    if (at < 0 || at > 1) return false;
    const reading = signal === undefined ? undefined : frame.signals.get(signal);
    return reading?.state !== "green" || frame.tMs - reading.sinceMs < STARTING_MS;
  });
}

// The queue in a lane at a frame: vehicles that stand or creep, one behind the other.
import { contains } from "../../geometry/polygon.ts";
import type { SceneLane } from "../../scene/scene.ts";
import { isVehicle, type RoadUser } from "../road-user.ts";
import type { RuleFrame } from "../rule.ts";
import { alongLane, type LaneWay } from "./lane-way.ts";

/** Slower vehicles are queueing, m/s (5 km/h, as signal-timing manuals have it). */
export const CREEPING_MS = 1.4;
/** A longer gap between bottom centres ends the queue; raising it joins vehicles that only came near. */
const GAP_M = 12;
/** Usual lengths of vehicles, metres: seen from behind, the bottom centre is the rear. */
export const LENGTH_M: Readonly<Record<string, number>> = {
  bicycle: 1.8,
  motorcycle: 1.9,
  car: 4.5,
  bus: 10,
  truck: 8,
};

export interface Queue {
  readonly vehicles: number;
  readonly metres: number;
}

/** Vehicles of a lane, located or predicted, in this frame. */
export function vehiclesIn(lane: SceneLane, frame: RuleFrame): readonly RoadUser[] {
  return frame.users.filter((user) => isVehicle(user) && contains(lane.polygon, user.foot));
}

export function isQueueing({ standingSinceMs, speedMs }: RoadUser): boolean {
  return standingSinceMs !== undefined || (speedMs !== undefined && speedMs < CREEPING_MS);
}

/** The longest chain of queueing vehicles; two at least. */
export function queueOf(vehicles: readonly RoadUser[], way: LaneWay): Queue {
  const places = vehicles
    .filter(isQueueing)
    .map((user) => ({ along: alongLane(way, user.place), long: LENGTH_M[user.track.class] ?? 4.5 }))
    .sort((a, b) => a.along - b.along);
  let best: Queue = { vehicles: 0, metres: 0 };
  for (let start = 0; start < places.length; ) {
    let end = start;
    while (end + 1 < places.length && gap(places, end) <= GAP_M) end++;
    const count = end - start + 1;
    const metres =
      (places[end] as { along: number }).along -
      (places[start] as { along: number }).along +
      (places[end] as { long: number }).long;
    if (count > 1 && count > best.vehicles) best = { vehicles: count, metres };
    start = end + 1;
  }
  return best;
}

function gap(places: readonly { readonly along: number }[], index: number): number {
  return (places[index + 1] as { along: number }).along - (places[index] as { along: number }).along;
}

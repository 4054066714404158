// Intentions of people on foot: crossing where there is no crossing, and stepping back in time.
import { type Actor, type Cast, type Intention, windowMs } from "../intention.ts";
import { inside, STOP_Y } from "../junction.ts";
import type { Place } from "../../body.ts";
import type { TrailPoint } from "../driver.ts";
import { anyTime } from "./moments.ts";

function walking({ at, id }: Cast, speed: number, path: readonly Place[]): Actor {
  return { kind: "walker", walker: { id, path, speed, from: at, trail: [] } };
}

function onRoad(trail: readonly TrailPoint[], nearY: number): readonly TrailPoint[] {
  return trail.filter((p) => inside(p, [-10.5, 10.5], [nearY, STOP_Y - 1]));
}

/** Where people come from and go to: the houses beyond the footway. */
const HOUSE_X = 18.5;

const crossesRoad: Intention = {
  name: "walks across the carriageway away from the crossing",
  breaks: "pedestrian",
  corridors: ["feet"],
  beforeS: 0,
  afterS: 22,
  moment: anyTime,
  cast: (cast) => {
    const y = cast.random.between(-38, -24);
    const drift = cast.random.between(-1.5, 1.5);
    return walking(cast, cast.random.between(1.1, 1.7), [
      { x: HOUSE_X, y },
      { x: -13, y: y + drift },
    ]);
  },
  verdict: (trail, { junction }) => {
    const road = onRoad(trail, junction.nearY);
    const [first, last] = [road[0], road.at(-1)];
    if (first === undefined || last === undefined || last.t - first.t < 4) return undefined;
    const truly = first.t + 1.5;
    return { t_ms: windowMs(truly - 0.5, truly + 2.5), true_ms: Math.round(truly * 1000) };
  },
};

const stepsBack: Intention = {
  name: "steps onto the carriageway and back at once",
  near: "pedestrian",
  corridors: ["feet"],
  beforeS: 0,
  afterS: 15,
  moment: anyTime,
  cast: (cast) => {
    const y = cast.random.between(-33, -22);
    return walking(cast, 1.4, [
      { x: HOUSE_X, y },
      { x: 9.95, y },
      { x: HOUSE_X, y: y + 0.3 },
    ]);
  },
  kept: (trail, { junction }) => {
    const road = onRoad(trail, junction.nearY);
    return road.length === 0 || (road.at(-1)?.t ?? 0) - (road[0]?.t ?? 0) < 1.1;
  },
};

export const FOOT_INTENTIONS: readonly Intention[] = [crossesRoad, stepsBack];

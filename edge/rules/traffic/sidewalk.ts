// A vehicle that drives along the sidewalk; crossing it into a house is lawful.
import { contains } from "../../geometry/polygon.ts";
import type { Point } from "../../geometry/box.ts";
import { groundAt } from "../../scene/ground.ts";
import type { Scene, SceneZone } from "../../scene/scene.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
import { isVehicle, type RoadUser } from "../road-user.ts";
import type { Observation, Rule } from "../rule.ts";
import { breachOf } from "./case.ts";

/** Metres along the zone: raising it forgives a bypass round an obstacle, lowering it accuses who turns into a house. */
const DISTANCE_M = 6;
/** Outside for longer: another visit. */
const OUTSIDE_MS = 1000;

interface Ride {
  readonly enteredMs: number;
  readonly lastInsideMs: number;
  /** Extent of the movement along the zone's long side, metres. */
  readonly least: number;
  readonly most: number;
  readonly raised?: boolean;
}

interface SidewalkState {
  readonly tracks: PerTrack<Ride>;
}

export const sidewalk: Rule<SidewalkState, "sidewalk"> = {
  kind: "sidewalk",
  version: 1,
  needs: (config) => [{ kind: "zone", name: config.zone, key: "zone", kinds: ["sidewalk"] }],
  initial: () => ({ tracks: NO_TRACKS }),

  step(state, frame, config, scene) {
    const zone = scene.zones.get(config.zone);
    if (zone === undefined) return { state, observations: [] };
    const distanceM = config.distance_m ?? DISTANCE_M;
    const axis = axisOf(zone, scene);
    const observations: Observation[] = [];
    const tracks = stepPerTrack(state.tracks, frame.users, (user, known) => {
      if (known?.raised === true || !user.located || !isVehicle(user)) return known;
      if (!contains(zone.polygon, user.foot)) {
        return known !== undefined && frame.tMs - known.lastInsideMs <= OUTSIDE_MS ? known : undefined;
      }
      const ride = extend(known, user, axis, frame.tMs);
      if (ride.most - ride.least < distanceM) return ride;
      observations.push(
        breachOf(scene, {
          rule: "sidewalk",
          user,
          tMs: frame.tMs,
          where: { zone: zone.name },
          because: { entered_ms: ride.enteredMs, along_m: ride.most - ride.least, required_m: distanceM },
        }),
      );
      return { ...ride, raised: true };
    });
    return { state: tracks === state.tracks ? state : { tracks }, observations };
  },
};

function extend(known: Ride | undefined, user: RoadUser, axis: Point, tMs: number): Ride {
  const along = user.place.x * axis.x + user.place.y * axis.y;
  if (known === undefined) return { enteredMs: tMs, lastInsideMs: tMs, least: along, most: along };
  return {
    enteredMs: known.enteredMs,
    lastInsideMs: tMs,
    least: Math.min(known.least, along),
    most: Math.max(known.most, along),
  };
}

/** By zone, which belongs to one scene and never changes. */
const axes = new WeakMap<SceneZone, Point>();

function axisOf(zone: SceneZone, scene: Scene): Point {
  const known = axes.get(zone) ?? longSide(zone, scene);
  axes.set(zone, known);
  return known;
}

/** Direction of the zone's longest edge, on the ground where there is one: a sidewalk is long and narrow. */
function longSide(zone: SceneZone, scene: Scene): Point {
  const { ground } = scene;
  const corners = zone.polygon.map((corner) =>
    ground === undefined ? corner : (groundAt(ground, corner) ?? corner),
  );
  let best: Point = { x: 1, y: 0 };
  let longest = 0;
  corners.forEach((corner, index) => {
    const next = corners[(index + 1) % corners.length] ?? corner;
    const length = Math.hypot(next.x - corner.x, next.y - corner.y);
    if (length <= longest) return;
    longest = length;
    best = { x: (next.x - corner.x) / length, y: (next.y - corner.y) / length };
  });
  return best;
}

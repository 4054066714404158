// A vehicle that drives over a crosswalk in front of somebody who is on it.
import { contains } from "../../geometry/polygon.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
import { isPedestrian, isVehicle, type RoadUser } from "../road-user.ts";
import type { Observation, Rule } from "../rule.ts";
import { breachOf } from "./case.ts";

/** A vehicle that rolls slower gives way, m/s; raising it forgives who creeps past. */
const DRIVING_MS = 2;
/** Somebody nearer to the vehicle's way than this has to stop or run, metres; raising it accuses who passes in time. */
const NEAR_M = 3;
/** Somebody farther along the way of the vehicle is not in front of it, metres. */
const AHEAD_M = 4;
/** How long both must hold together: one jumping box has not failed to give way. */
const CONFIRM_MS = 200;
/** The detector may miss somebody, or a box jump out of the zone, for so long in between. */
const LAPSE_MS = 500;

interface Pressing {
  readonly sinceMs: number;
  /** Last frame in which somebody was in front. */
  readonly lastMs: number;
  readonly raised?: boolean;
}

interface YieldState {
  readonly tracks: PerTrack<Pressing>;
}

export const yieldRule: Rule<YieldState, "yield"> = {
  kind: "yield",
  version: 2,
  needs: (config) => [{ kind: "zone", name: config.zone, key: "zone", kinds: ["crosswalk"] }],
  initial: () => ({ tracks: NO_TRACKS }),

  step(state, frame, config, scene) {
    const zone = scene.zones.get(config.zone);
    if (zone === undefined) return { state, observations: [] };
    const walkers = frame.users.filter(
      (user) =>
        isPedestrian(user) &&
        frame.tMs - user.track.lastSeenMs <= LAPSE_MS &&
        contains(zone.polygon, user.foot),
    );
    const observations: Observation[] = [];
    const tracks = stepPerTrack(state.tracks, frame.users, (user, known) => {
      if (known?.raised === true || !user.located || !isVehicle(user)) return known;
      const driving = (user.speedMs ?? 0) >= DRIVING_MS && contains(zone.polygon, user.foot);
      const walker = driving ? firstInFront(walkers, user) : undefined;
      const current = known !== undefined && frame.tMs - known.lastMs <= LAPSE_MS ? known : undefined;
      if (walker === undefined) return current;
      const sinceMs = current?.sinceMs ?? frame.tMs;
      if (frame.tMs - sinceMs < CONFIRM_MS) return { sinceMs, lastMs: frame.tMs };
      observations.push(
        breachOf(scene, {
          rule: "yield",
          user,
          tMs: frame.tMs,
          where: { zone: zone.name },
          because: {
            since_ms: sinceMs,
            pedestrian: walker.track.id,
            pedestrian_at: [walker.place.x, walker.place.y],
            near_m: NEAR_M,
          },
        }),
      );
      return { sinceMs, lastMs: frame.tMs, raised: true };
    });
    return { state: tracks === state.tracks ? state : { tracks }, observations };
  },
};

function firstInFront(walkers: readonly RoadUser[], vehicle: RoadUser): RoadUser | undefined {
  for (const walker of walkers) if (isInFront(walker, vehicle)) return walker;
  return undefined;
}

/** Beside the vehicle's way, near, and not walking away from it. */
function isInFront(walker: RoadUser, vehicle: RoadUser): boolean {
  const { velocity, speedMs } = vehicle;
  if (velocity === undefined || speedMs === undefined) return false;
  const ux = velocity.x / speedMs;
  const uy = velocity.y / speedMs;
  const dx = walker.place.x - vehicle.place.x;
  const dy = walker.place.y - vehicle.place.y;
  const ahead = dx * ux + dy * uy;
  const across = dx * uy - dy * ux;
  if (Math.abs(ahead) > AHEAD_M || Math.abs(across) > NEAR_M) return false;
  const walk = walker.velocity;
  if (walk === undefined || Math.abs(across) < 1) return true;
  // Moving away across the vehicle's way: it passes behind them.
  return (walk.x * uy - walk.y * ux) * Math.sign(across) <= 0.3;
}

// A vehicle that drives against its lane.
import type { SceneLane } from "../../scene/scene.ts";
import { contains } from "../../geometry/polygon.ts";
import type { Point } from "../../geometry/box.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
import { isVehicle, type RoadUser } from "../road-user.ts";
import type { Observation, Rule } from "../rule.ts";
import { breachOf } from "./case.ts";

/** Metres against the lane: raising it overlooks short runs, lowering it accuses whoever reverses out of a gap. */
const DISTANCE_M = 5;
/** Least speed against the lane, m/s: pushing a motorbike back is slower. */
const SPEED_MS = 1.2;
/** A run ends after this long without the speed. */
const PAUSE_MS = 1000;

/** It must come on at least so often, by so much and after so long each time: a track that jumps to one behind does once. */
const ADVANCES = 3;
const ADVANCE_M = 0.8;
const ADVANCE_MS = 250;

/** A movement against the lane so far. */
interface Run {
  readonly from: Point;
  readonly fromMs: number;
  /** Last time at which it was fast enough. */
  readonly fastMs: number;
  /** How often it has come on, and when and how far it last had. */
  readonly advances: number;
  readonly advancedMs: number;
  readonly advancedM: number;
  /** When the distance was full. */
  readonly fullMs?: number;
  /** Raised already: nothing more of this track in this lane. */
  readonly raised: boolean;
}

interface WrongWayState {
  readonly tracks: PerTrack<Run>;
}

/**
 * Distances are metres on the ground; without ground, of the picture's movement scaled by the usual height of the
 * class, which shortens movements along the view, so that the rule errs on the lenient side.
 */
export const wrongWay: Rule<WrongWayState, "wrong-way"> = {
  kind: "wrong-way",
  version: 2,
  needs: (config) => [{ kind: "lane", name: config.lane, key: "lane" }],
  initial: () => ({ tracks: NO_TRACKS }),

  step(state, frame, config, scene) {
    const lane = scene.lanes.get(config.lane);
    if (lane === undefined) return { state, observations: [] };
    const observations: Observation[] = [];
    const distanceM = config.distance_m ?? DISTANCE_M;
    const speedMs = config.speed_ms ?? SPEED_MS;
    const tracks = stepPerTrack(state.tracks, frame.users, (user, run) => {
      const applies =
        config.classes === undefined ? isVehicle(user) : config.classes.includes(user.track.class);
      if (!applies || run?.raised === true || !user.located) return run;
      if (!contains(lane.polygon, user.foot)) return undefined;
      const followed = follow(run, user, directionOf(lane, user), speedMs, frame.tMs);
      if (followed === undefined) return undefined;
      const against = alongAndAcross(followed.from, user.place, directionOf(lane, user));
      const advanced = advance(followed, -against.along, frame.tMs);
      if (-against.along < distanceM || against.across > -against.along) return advanced;
      const { fullMs = frame.tMs } = advanced;
      if (advanced.advances < ADVANCES) return { ...advanced, fullMs };
      observations.push(
        breachOf(scene, {
          rule: "wrong-way",
          user,
          tMs: fullMs,
          where: { lane: lane.name },
          because: {
            from_ms: advanced.fromMs,
            from: [advanced.from.x, advanced.from.y],
            against_m: -against.along,
            required_m: distanceM,
            required_ms: speedMs,
          },
        }),
      );
      return { ...advanced, raised: true };
    });
    return { state: tracks === state.tracks ? state : { tracks }, observations };
  },
};

function advance(run: Run, againstM: number, tMs: number): Run {
  if (tMs - run.advancedMs < ADVANCE_MS || againstM - run.advancedM < ADVANCE_M) return run;
  return { ...run, advances: run.advances + 1, advancedMs: tMs, advancedM: againstM };
}

/** The run after this frame; undefined while the user does not move against the lane. */
function follow(
  run: Run | undefined,
  user: RoadUser,
  direction: Point,
  speedMs: number,
  tMs: number,
): Run | undefined {
  const { velocity } = user;
  const along = velocity === undefined ? 0 : velocity.x * direction.x + velocity.y * direction.y;
  if (velocity !== undefined && along < -speedMs) {
    if (run !== undefined) return tMs - run.fastMs < PAUSE_MS / 4 ? run : { ...run, fastMs: tMs };
    // The velocity is a mean over the last second: the run began where the user was then.
    const backMs = Math.min(1000, tMs - user.track.firstSeenMs);
    const from = {
      x: user.place.x - (velocity.x * backMs) / 1000,
      y: user.place.y - (velocity.y * backMs) / 1000,
    };
    const [fromMs, advancedM] = [tMs - backMs, (-along * backMs) / 1000];
    return { from, fromMs, fastMs: tMs, advances: 0, advancedMs: tMs, advancedM, raised: false };
  }
  return run !== undefined && tMs - run.fastMs <= PAUSE_MS ? run : undefined;
}

function directionOf(lane: SceneLane, user: RoadUser): Point {
  return user.metric && lane.directionGround !== undefined ? lane.directionGround : lane.directionPicture;
}

function alongAndAcross(from: Point, to: Point, direction: Point): { along: number; across: number } {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  return {
    along: dx * direction.x + dy * direction.y,
    across: Math.abs(dx * direction.y - dy * direction.x),
  };
}

// Rules of one pattern: a vehicle stands in a zone for too long.
import { contains } from "../../geometry/polygon.ts";
import type { Scene, SceneZone } from "../../scene/scene.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
import { isVehicle, type RoadUser } from "../road-user.ts";
import type { Observation, RuleFrame, Step } from "../rule.ts";
import { around, LONGEST_RED_MS } from "./around.ts";

interface Stand {
  /** Since when it stands inside the zone. */
  readonly sinceMs: number;
  readonly lastMs: number;
  /** Time in which its surroundings were judged, and in which they did not hold it; both in ms. */
  readonly judgedMs: number;
  readonly flowMs: number;
  readonly raised?: boolean;
}

export interface StandingState {
  readonly tracks: PerTrack<Stand>;
}

export const NO_STANDING: StandingState = { tracks: NO_TRACKS };

/** What the surroundings did while it stood: the share of the time in which traffic flowed past or nobody was there. */
export interface Surroundings {
  readonly judgedMs: number;
  readonly flowShare: number;
}

export interface StandingRule {
  readonly zone: SceneZone;
  readonly maxMs: number;
  /** Standing among standing traffic is a queue, and forgiven. */
  readonly forgivesQueue: boolean;
  raise(user: RoadUser, sinceMs: number, surroundings: Surroundings): Observation;
}

/** That somebody stands is known so long after he came to a stand, at most: who has stood for longer did so elsewhere. */
const KNOWN_AFTER_MS = 3000;
/** So much flow it takes at least. */
const LEAST_FLOW_MS = 1000;
/** Below this share of time with flow it was a queue. */
const FLOW_SHARE = 0.5;

export function stepStanding(
  state: StandingState,
  frame: RuleFrame,
  rule: StandingRule,
  scene: Scene,
): Step<StandingState> {
  const observations: Observation[] = [];
  const tracks = stepPerTrack(state.tracks, frame.users, (user, known) => {
    if (!isVehicle(user) || known?.raised === true || !user.located) return known;
    if (user.standingSinceMs === undefined || !contains(rule.zone.polygon, user.foot)) return undefined;
    const elapsedMs = known === undefined ? 0 : frame.tMs - known.lastMs;
    const seen = rule.forgivesQueue ? around(user, frame, scene) : "alone";
    const free = seen === "flows" || seen === "alone";
    const stand = {
      sinceMs: known?.sinceMs ?? Math.max(user.standingSinceMs, frame.tMs - KNOWN_AFTER_MS),
      lastMs: frame.tMs,
      judgedMs: (known?.judgedMs ?? 0) + elapsedMs,
      flowMs: (known?.flowMs ?? 0) + (free ? elapsedMs : 0),
    };
    const flowShare = stand.judgedMs === 0 ? 1 : stand.flowMs / stand.judgedMs;
    const mayWait = !free || frame.tMs - stand.sinceMs < LONGEST_RED_MS;
    const queued = rule.forgivesQueue && mayWait && (stand.flowMs < LEAST_FLOW_MS || flowShare < FLOW_SHARE);
    if (frame.tMs - stand.sinceMs < rule.maxMs || queued) return stand;
    observations.push(rule.raise(user, stand.sinceMs, { judgedMs: stand.judgedMs, flowShare }));
    return { ...stand, raised: true };
  });
  return { state: tracks === state.tracks ? state : { tracks }, observations };
}

// Rules of one pattern: a vehicle stands in a zone for too long.
import { contains } from "../../geometry/polygon.ts";
import type { SceneZone } from "../../scene/scene.ts";
import { type PerTrack, stepPerTrack } from "../per-track.ts";
import { isVehicle, type RoadUser } from "../road-user.ts";
import type { Observation, RuleFrame, Step } from "../rule.ts";

interface Stand {
  /** Since when it stands inside the zone. */
  readonly sinceMs: number;
  readonly lastMs: number;
  /** Time while other vehicles were near, and while most of them moved. */
  readonly nearMs: number;
  readonly flowMs: number;
  readonly raised?: boolean;
}

export interface StandingState {
  readonly tracks: PerTrack<Stand>;
}

export const NO_STANDING: StandingState = { tracks: {} };

/** What the surroundings did while it stood: `share` of the time with others near in which most of them moved. */
export interface Surroundings {
  readonly nearMs: number;
  readonly flowShare: number;
}

export interface StandingRule {
  readonly zone: SceneZone;
  readonly maxMs: number;
  /** Standing among standing traffic is a queue, and forgiven. */
  readonly forgivesQueue: boolean;
  raise(user: RoadUser, sinceMs: number, surroundings: Surroundings): Observation;
}

/** Others within this distance say whether traffic flows past. */
const NEAR_M = 20;
/** Below this share of time with flow it was a queue. */
const FLOW_SHARE = 0.5;

export function stepStanding(
  state: StandingState,
  frame: RuleFrame,
  rule: StandingRule,
): Step<StandingState> {
  const observations: Observation[] = [];
  const tracks = stepPerTrack(state.tracks, frame.users, (user, known) => {
    if (!isVehicle(user) || known?.raised === true || !user.located) return known;
    if (user.standingSinceMs === undefined || !contains(rule.zone.polygon, user.foot)) return undefined;
    const elapsedMs = known === undefined ? 0 : frame.tMs - known.lastMs;
    const around = rule.forgivesQueue ? trafficAround(user, frame, rule.zone) : undefined;
    const stand = {
      sinceMs: known?.sinceMs ?? user.standingSinceMs,
      lastMs: frame.tMs,
      nearMs: (known?.nearMs ?? 0) + (around === undefined ? 0 : elapsedMs),
      flowMs: (known?.flowMs ?? 0) + (around === "flows" ? elapsedMs : 0),
    };
    const flowShare = stand.nearMs === 0 ? 1 : stand.flowMs / stand.nearMs;
    const queued = rule.forgivesQueue && (flowShare < FLOW_SHARE || around === "stands");
    if (frame.tMs - stand.sinceMs < rule.maxMs || queued) return stand;
    observations.push(rule.raise(user, stand.sinceMs, { nearMs: stand.nearMs, flowShare }));
    return { ...stand, raised: true };
  });
  return { state: tracks === state.tracks ? state : { tracks }, observations };
}

/** What most of the other vehicles nearby do, those parked in the zone itself left out; undefined where there is none. */
function trafficAround(user: RoadUser, frame: RuleFrame, zone: SceneZone): "flows" | "stands" | undefined {
  let standing = 0;
  let moving = 0;
  for (const other of frame.users) {
    if (other === user || !isVehicle(other) || contains(zone.polygon, other.foot)) continue;
    if (Math.hypot(other.place.x - user.place.x, other.place.y - user.place.y) > NEAR_M) continue;
    if (other.standingSinceMs === undefined) moving++;
    else standing++;
  }
  if (standing + moving === 0) return undefined;
  return standing > moving ? "stands" : "flows";
}

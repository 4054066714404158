// Rules of one pattern: a vehicle stands in a zone for too long.
import { lengthOf } from "../../geometry/box.ts";
import { contains } from "../../geometry/polygon.ts";
import type { SceneZone } from "../../scene/scene.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
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

export const NO_STANDING: StandingState = { tracks: NO_TRACKS };

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

/** Others of the same carriageway within this distance along and across say whether traffic flows past. */
const NEAR_M = 25;
const BESIDE_M = 7;
/** Whoever comes up from behind does not yet flow past. */
const BEHIND_M = 2;
/** Slower vehicles are about to stand. */
const FLOWING_MS = 1.5;
/** So much flow it takes at least. */
const LEAST_FLOW_MS = 1000;
/** Below this share of time with flow it was a queue. */
const FLOW_SHARE = 0.5;
/** Nobody near: only after so long is it clear that it does not wait for a signal. */
const ALONE_MS = 120_000;

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
    const around = rule.forgivesQueue ? trafficAround(user, frame) : undefined;
    const stand = {
      sinceMs: known?.sinceMs ?? user.standingSinceMs,
      lastMs: frame.tMs,
      nearMs: (known?.nearMs ?? 0) + (around === undefined ? 0 : elapsedMs),
      flowMs: (known?.flowMs ?? 0) + (around === "flows" ? elapsedMs : 0),
    };
    const flowShare = stand.nearMs === 0 ? 1 : stand.flowMs / stand.nearMs;
    const alone = stand.flowMs < LEAST_FLOW_MS && frame.tMs - stand.sinceMs < ALONE_MS;
    const queued = rule.forgivesQueue && (alone || flowShare < FLOW_SHARE);
    if (frame.tMs - stand.sinceMs < rule.maxMs || queued) return stand;
    observations.push(rule.raise(user, stand.sinceMs, { nearMs: stand.nearMs, flowShare }));
    return { ...stand, raised: true };
  });
  return { state: tracks === state.tracks ? state : { tracks }, observations };
}

/** What most of the vehicles of its carriageway nearby do; undefined where there is none. */
function trafficAround(user: RoadUser, frame: RuleFrame): "flows" | "stands" | undefined {
  let standing = 0;
  let moving = 0;
  for (const other of frame.users) {
    if (other === user || !isVehicle(other)) continue;
    const ahead = aheadOf(user, other);
    if (ahead === undefined) continue;
    if (other.standingSinceMs !== undefined) standing++;
    else if (ahead > -BEHIND_M && (other.speedMs ?? 0) > FLOWING_MS) moving++;
  }
  if (standing + moving === 0) return undefined;
  return standing > moving ? "stands" : "flows";
}

/** How far ahead another vehicle is that goes the same way on the same carriageway nearby; undefined where it does not. */
function aheadOf(user: RoadUser, other: RoadUser): number | undefined {
  const dx = other.place.x - user.place.x;
  const dy = other.place.y - user.place.y;
  const { heading } = user;
  if (heading === undefined) return lengthOf(dx, dy) <= NEAR_M ? 0 : undefined;
  const along = dx * heading.x + dy * heading.y;
  const across = Math.abs(dx * heading.y - dy * heading.x);
  const alike =
    other.heading === undefined || other.heading.x * heading.x + other.heading.y * heading.y > 0.5;
  return alike && Math.abs(along) <= NEAR_M && across <= BESIDE_M ? along : undefined;
}

// Rules of one pattern: a road user that may not be in an area stays there for too long, and gives one case.
import { contains, type Polygon } from "../../geometry/polygon.ts";
import { type Dwell, dwell } from "../dwell.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
import type { RoadUser } from "../road-user.ts";
import type { Observation, RuleFrame, Step } from "../rule.ts";

/** Seconds inside before it counts: raising it forgives longer clips of an edge, lowering it accuses whoever brushes it. */
export const STAY_S = 1.5;

interface Stay {
  readonly dwell?: Dwell;
  readonly raised?: boolean;
}

export interface StayState {
  readonly tracks: PerTrack<Stay>;
}

export const NO_STAY: StayState = { tracks: NO_TRACKS };

export interface StayRule {
  readonly polygon: Polygon;
  readonly minMs: number;
  applies(user: RoadUser): boolean;
  /** Further condition on the place. */
  inside?(user: RoadUser): boolean;
  raise(user: RoadUser, stay: Dwell): Observation;
}

export function stepStay(state: StayState, frame: RuleFrame, rule: StayRule): Step<StayState> {
  const observations: Observation[] = [];
  const tracks = stepPerTrack(state.tracks, frame.users, (user, known) => {
    if (known?.raised === true || !user.located) return known;
    const inside = rule.applies(user) && contains(rule.polygon, user.foot) && (rule.inside?.(user) ?? true);
    const stay = dwell(known?.dwell, frame.tMs, inside);
    if (stay === undefined) return undefined;
    if (stay.ms < rule.minMs || !inside) return { dwell: stay };
    observations.push(rule.raise(user, stay));
    return { raised: true };
  });
  return { state: tracks === state.tracks ? state : { tracks }, observations };
}

// The observation of one vehicle's breach of one rule: what every traffic rule puts together alike.
import type { RuleKind } from "../../../config/rule.ts";
import type { Withheld } from "../../../contract/traffic.ts";
import type { Scene } from "../../scene/scene.ts";
import { type RoadUser, seenBox } from "../road-user.ts";
import type { Observation } from "../rule.ts";

/** What the rule stands on, by its key in the event. */
export interface Where {
  readonly zone?: string;
  readonly lane?: string;
  readonly line?: string;
}

export interface Breach {
  readonly rule: RuleKind;
  readonly user: RoadUser;
  readonly tMs: number;
  readonly where: Where;
  readonly because: Readonly<Record<string, unknown>>;
  /** Absent: a case; present: an observation that says why it is none. */
  readonly withheld?: Withheld | undefined;
  readonly exclusive?: string;
}

/** A case for an officer's decision, or the observation of what would have been one. */
export function breachOf(scene: Scene, breach: Breach): Observation {
  const { rule, user, tMs, where, because, withheld, exclusive } = breach;
  return {
    type: withheld === undefined ? "vn.ngatu.traffic.case.v1" : "vn.ngatu.traffic.observation.v1",
    subject: subjectOf(scene, rule, user),
    tMs,
    data: { rule, ...where, ...trackData(user, because), ...(withheld === undefined ? {} : { withheld }) },
    ...(exclusive === undefined ? {} : { exclusive }),
  };
}

/** Something that needs attention rather than a decision. */
export function incidentOf(scene: Scene, breach: Omit<Breach, "withheld" | "exclusive">): Observation {
  const { rule, user, tMs, where, because } = breach;
  return {
    type: "vn.ngatu.incident.v1",
    subject: subjectOf(scene, rule, user),
    tMs,
    data: { rule, ...where, ...trackData(user, because) },
  };
}

function subjectOf(scene: Scene, rule: RuleKind, user: RoadUser): string {
  return `${scene.camera}/${rule}/${user.track.id}`;
}

function trackData(user: RoadUser, because: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { track, place, metric, speedMs } = user;
  return {
    track: { id: track.id, class: track.class },
    because: {
      ...because,
      at: [place.x, place.y],
      metric,
      box: seenBox(user),
      ...(speedMs === undefined ? {} : { speed_ms: speedMs }),
    },
  };
}

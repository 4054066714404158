// Payloads of traffic events: cases, observations, flow, counts and incidents.
import Type, { type Static } from "typebox";
import { ClassName, ruleKeys, Still } from "./common.ts";
import { EvidenceFiles } from "./evidence.ts";

/** What a breach is in the law of its day; the officer decides, and may decide otherwise. */
export const Offence = Type.Object({
  decree: Type.String(),
  amended_by: Type.Optional(Type.String()),
  article: Type.String({ description: "point, clause and article, in Vietnamese" }),
  vi: Type.String(),
  en: Type.String(),
  fine_vnd: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 2, maxItems: 2, description: "from, to" }),
  points: Type.Optional(Type.Integer({ description: "licence points deducted" })),
  valid_from: Type.String({ description: "day since which this wording holds" }),
});
export type Offence = Static<typeof Offence>;

export const CaseData = Type.Object({
  ...ruleKeys,
  offence: Type.Optional(Offence),
  still: Type.Optional(Still),
  evidence: Type.Optional(EvidenceFiles),
  severity: Type.Optional(Type.Enum(["low", "medium", "high"])),
});

/** Why something that would have been a case is only an observation. */
export const WITHHELD = [
  "signal-stale",
  "signal-unknown",
  "clock-unknown",
  "clock-beyond-limit",
  "scene-unverified",
  "meter-missing",
  "exempt",
  "low-confidence",
] as const;
export type Withheld = (typeof WITHHELD)[number];

export const ObservationData = Type.Object({
  ...ruleKeys,
  offence: Type.Optional(Offence),
  withheld: Type.String({ minLength: 1 }),
});

export const FlowData = Type.Object({
  ...ruleKeys,
  minutes: Type.Optional(Type.Number()),
  counts: Type.Optional(Type.Record(Type.String(), Type.Integer())),
});

export const CountData = Type.Object({
  ...ruleKeys,
  class: ClassName,
  direction: Type.Enum(["forward", "backward"]),
  count: Type.Integer({
    minimum: 0,
    description: "crossings since the previous event of this line, class and direction",
  }),
  total: Type.Integer({ minimum: 0, description: "running total since the camera started" }),
  per_metre_minute: Type.Optional(
    Type.Number({ minimum: 0, description: "people a metre of the line and minute; on a ground plane" }),
  ),
});

export const IncidentData = Type.Object({
  ...ruleKeys,
  state: Type.Optional(Type.Enum(["opened", "updated", "closed"])),
});

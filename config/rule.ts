// Schemas of the rules of a camera file: one entry per rule kind, each parameter with its unit and default meaning.
import Type, { type Static, type TSchema } from "typebox";
import { Name } from "../contract/common.ts";

const strict = { additionalProperties: false } as const;
const seconds = (description: string): ReturnType<typeof Type.Number> =>
  Type.Number({ minimum: 0, maximum: 86_400, description });

/** Keys that any rule may have. */
const shared = {
  name: Type.Optional(Name),
  severity: Type.Optional(Type.Enum(["low", "medium", "high"])),
  exempt: Type.Optional(
    Type.Array(Type.String(), {
      description: "vehicle classes that this rule leaves alone; recorded in the event",
    }),
  ),
};

function rule<K extends string, P extends Record<string, TSchema>>(kind: K, params: P) {
  return Type.Object({ rule: Type.Literal(kind), ...shared, ...params }, strict);
}

const hold = Type.Optional(
  seconds("how long it must hold before it becomes true; raising it delays and calms alerts"),
);
const persons = Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, description: "people it takes" }));
const ratio = Type.Optional(
  Type.Number({ exclusiveMinimum: 0, maximum: 100, description: "relative change it takes" }),
);
const windowS = Type.Optional(seconds("within how many seconds the change must happen"));
const point = Type.Array(Type.Number(), { minItems: 2, maxItems: 2 });

export const RULE_SCHEMAS = {
  "red-light": rule("red-light", {
    line: Name,
    exit: Type.Optional(Name),
    signal: Name,
    allow: Type.Optional(Type.Array(Type.Enum(["right", "left", "straight"]))),
  }),
  "stop-line": rule("stop-line", {
    line: Name,
    signal: Name,
    min_s: Type.Optional(seconds("standing time beyond the line; 1.5")),
    beyond_m: Type.Optional(Type.Number({ minimum: 0, description: "metres beyond the line; 0.4" })),
  }),
  "wrong-way": rule("wrong-way", {
    lane: Name,
    distance_m: Type.Optional(Type.Number({ minimum: 0, description: "metres against the lane; 5" })),
    speed_ms: Type.Optional(
      Type.Number({ minimum: 0, description: "least speed against the lane, m/s; 1.2" }),
    ),
    classes: Type.Optional(Type.Array(Type.String(), { description: "classes it applies to; all vehicles" })),
  }),
  "lane-class": rule("lane-class", { lane: Name, min_s: Type.Optional(seconds("seconds inside; 1.5")) }),
  turn: rule("turn", { from: Name, to: Name }),
  "solid-line": rule("solid-line", {
    line: Name,
    beyond_m: Type.Optional(Type.Number({ minimum: 0, description: "metres beyond the line; 0.3" })),
  }),
  stopping: rule("stopping", { zone: Name, max_s: seconds("longest lawful stop") }),
  "junction-block": rule("junction-block", { zone: Name, max_s: seconds("longest lawful stop in the box") }),
  sidewalk: rule("sidewalk", {
    zone: Name,
    distance_m: Type.Optional(Type.Number({ minimum: 0, description: "metres along it; 6" })),
  }),
  "emergency-lane": rule("emergency-lane", {
    zone: Name,
    min_s: Type.Optional(seconds("seconds inside; 1.5")),
  }),
  "truck-hours": rule("truck-hours", {
    lane: Name,
    hours: Type.Array(Type.String({ pattern: "^\\d{2}:\\d{2}-\\d{2}:\\d{2}$" }), { minItems: 1 }),
    min_s: Type.Optional(seconds("seconds inside; 1.5")),
  }),
  yield: rule("yield", { zone: Name }),
  speed: rule("speed", {
    lane: Name,
    meter: Type.Optional(
      Type.Object({ device: Type.String(), certificate: Type.String(), expires: Type.String() }, strict),
    ),
    margin_kmh: Type.Optional(
      Type.Number({ minimum: 0, description: "km/h over the limit that are tolerated; 5" }),
    ),
  }),
  riders: rule("riders", {
    lane: Name,
    max_passengers: Type.Optional(Type.Integer({ minimum: 0, maximum: 4 })),
  }),
  helmet: rule("helmet", { lane: Name }),
  pedestrian: rule("pedestrian", { zone: Name, min_s: Type.Optional(seconds("seconds inside; 1.5")) }),
  "crowd-over": rule("crowd-over", { zone: Name, hold_s: hold, persons }),
  "crowd-density": rule("crowd-density", {
    zone: Name,
    level: Type.Enum(["A", "B", "C", "D", "E", "F"]),
    hold_s: hold,
  }),
  "crowd-surge": rule("crowd-surge", { zone: Name, persons, ratio, window_s: windowS, hold_s: hold }),
  "crowd-dispersal": rule("crowd-dispersal", { zone: Name, persons, ratio, window_s: windowS, hold_s: hold }),
  "counter-flow": rule("counter-flow", {
    zone: Name,
    persons,
    window_s: windowS,
    hold_s: hold,
    towards: Type.Optional(point),
  }),
  "flow-blocked": rule("flow-blocked", { zone: Name, persons, hold_s: hold }),
  gathering: rule("gathering", {
    zone: Name,
    persons,
    radius_m: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 100 })),
    hold_s: hold,
    hours: Type.Optional(Type.Array(Type.String({ pattern: "^\\d{2}:\\d{2}-\\d{2}:\\d{2}$" }))),
  }),
  loitering: rule("loitering", { zone: Name, max_s: seconds("longest ordinary stay") }),
  "line-count": rule("line-count", {
    line: Name,
    clear_m: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description: "metres clear on each side before a crossing counts; 1",
      }),
    ),
  }),
  flow: rule("flow", { lane: Name, every_s: Type.Optional(seconds("length of one report; 60")) }),
  queue: rule("queue", { lane: Name, every_s: Type.Optional(seconds("length of one report; 60")) }),
  congestion: rule("congestion", { lane: Name, hold_s: hold }),
  stalled: rule("stalled", {
    lane: Name,
    max_s: Type.Optional(seconds("standing time among moving traffic")),
  }),
  "watch-list": rule("watch-list", {
    threshold: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          "least similarity of a match; raising it misses more, lowering it accuses more strangers",
      }),
    ),
    margin: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          "least lead over the second entry; 0.05. Raising it misses look-alikes who are both listed",
      }),
    ),
    frames: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10, description: "face pictures of a track that must agree; 3" }),
    ),
    cooldown_s: Type.Optional(seconds("an entry seen again within this time is not reported again; 60")),
  }),
} as const;

export type RuleKind = keyof typeof RULE_SCHEMAS;
export type RuleConfig<K extends RuleKind = RuleKind> = { [P in K]: Static<(typeof RULE_SCHEMAS)[P]> }[K];
export const RULE_KINDS = Object.keys(RULE_SCHEMAS) as RuleKind[];

// Pieces shared by the payloads of several event types.
import Type, { type Static } from "typebox";

export const Name = Type.String({
  pattern: "^[a-z0-9-]{1,40}$",
  description: "lower-case letters, digits, hyphens",
});

/** Road users and body parts the product speaks of (FORMATS §1). */
export const CLASSES = [
  "person",
  "bicycle",
  "motorcycle",
  "car",
  "bus",
  "truck",
  "rider",
  "face",
  "head",
  "plate",
] as const;
export const ClassName = Type.Enum([...CLASSES]);
export type ClassName = (typeof CLASSES)[number];

export const VEHICLE_CLASSES = [
  "bicycle",
  "motorcycle",
  "car",
  "bus",
  "truck",
] as const satisfies ClassName[];

/** `[x1, y1, x2, y2]` in pixels of the camera's `picture`: left, top, right, bottom. */
export const BoxArray = Type.Array(Type.Number(), { minItems: 4, maxItems: 4 });

export const Track = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  class: ClassName,
  truth_id: Type.Optional(
    Type.Union([Type.Integer(), Type.Null()], {
      description: "only in replays of labelled detections: the identity most of the track's boxes had",
    }),
  ),
});

export const Plate = Type.Object({
  text: Type.String({ description: "without separators, as in label files" }),
  display: Type.String({ description: "as painted: 61A-123.45" }),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  looks: Type.Optional(Type.Integer({ minimum: 1, description: "frames in which it was read" })),
  colour: Type.Optional(
    Type.Enum(["white", "yellow", "blue", "red"], { description: "of its ground; absent: unknown" }),
  ),
});

/** One picture of what a case is about, for the person who decides; where the box uploads evidence it is a file of that. */
export const Still = Type.String({
  maxLength: 400_000,
  description: "JPEG, base64, at most 640 pixels wide, heads of bystanders pixelated",
});

/** How the frame's time was known (DESIGN decision 6). */
export const Clock = Type.Object({
  source: Type.Enum(["rtcp", "arrival", "media"]),
  offset_ms: Type.Number({ description: "camera clock minus box clock" }),
  uncertainty_ms: Type.Optional(Type.Number({ minimum: 0 })),
});

/** The times, positions, distances, signal state and margins that made an event: free keys, one level documented per rule. */
export const Because = Type.Record(Type.String(), Type.Unknown());

/** Keys that every rule's event has. */
export const ruleKeys = {
  rule: Type.String({ description: "the rule's kind: `turn`, never `u-turn`" }),
  rule_version: Type.Integer({ minimum: 1 }),
  camera: Name,
  t_ms: Type.Number({ description: "media time at which the rule became true" }),
  scene_hash: Type.String(),
  model_hashes: Type.Record(Type.String(), Type.String()),
  because: Because,
  clock: Type.Optional(Clock),
  name: Type.Optional(Type.String()),
  zone: Type.Optional(Name),
  lane: Type.Optional(Name),
  line: Type.Optional(Name),
  plate: Type.Optional(Plate),
  track: Type.Optional(Track),
  speed_kmh: Type.Optional(Type.Number()),
};
export const RuleKeys = Type.Object(ruleKeys);
export type RuleKeys = Static<typeof RuleKeys>;

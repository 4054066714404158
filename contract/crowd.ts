// Payloads of crowd events: alerts with a life of their own, and samples.
import Type from "typebox";
import { ruleKeys } from "./common.ts";

export const CrowdAlertData = Type.Object({
  ...ruleKeys,
  state: Type.Enum(["opened", "updated", "closed"]),
  persons: Type.Number({ minimum: 0 }),
  density: Type.Optional(Type.Number({ minimum: 0, description: "persons per square metre of ground" })),
  capacity: Type.Optional(Type.Integer({ minimum: 1 })),
  count: Type.Optional(
    Type.Enum(["about", "at least"], { description: "`at least`: more than can be told apart" }),
  ),
  count_error: Type.Optional(Type.Number({ minimum: 0, description: "mean absolute error of `persons`" })),
  reason: Type.Optional(Type.String({ description: "why it closed, e.g. scene_changed" })),
  scene_verified: Type.Optional(
    Type.Literal(false, { description: "the camera no longer shows the scene that the zones were drawn in" }),
  ),
});

/** Density on a grid of the ground plane, row by row from the smallest x and y: one byte a cell, in steps. */
const HeatCells = Type.Object({
  origin: Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description: "metres" }),
  cell_m: Type.Number({ exclusiveMinimum: 0 }),
  columns: Type.Integer({ minimum: 1 }),
  rows: Type.Integer({ minimum: 1 }),
  step: Type.Number({ exclusiveMinimum: 0, description: "persons per square metre of one count" }),
  density: Type.String({ maxLength: 1400, description: "base64" }),
});

/** One zone at one moment: every second live, every minute durable. */
export const CrowdSampleData = Type.Object({
  camera: Type.Optional(Type.String()),
  zone: Type.String(),
  t_ms: Type.Number(),
  persons: Type.Number({ minimum: 0 }),
  density: Type.Optional(Type.Number({ minimum: 0, description: "absent without a ground plane" })),
  count: Type.Optional(
    Type.Enum(["about", "at least"], { description: "`at least`: more than can be told apart" }),
  ),
  count_error: Type.Optional(Type.Number({ minimum: 0, description: "mean absolute error of `persons`" })),
  level: Type.Optional(
    Type.Enum(["A", "B", "C", "D", "E", "F"], { description: "Fruin's level of service, with hysteresis" }),
  ),
  crowding: Type.Optional(
    Type.Enum(["low", "medium", "high", "very-high", "dangerous"], {
      description: "thấp, trung bình, cao, rất cao, nguy hiểm",
    }),
  ),
  capacity: Type.Optional(Type.Integer({ minimum: 1 })),
  occupancy: Type.Optional(Type.Number({ minimum: 0, description: "persons over capacity" })),
  speed_ms: Type.Optional(Type.Number({ minimum: 0, description: "mean speed of those who walk" })),
  standing: Type.Optional(Type.Integer({ minimum: 0, description: "people who stand" })),
  standing_s: Type.Optional(Type.Number({ minimum: 0, description: "mean time that they have stood" })),
  queue_persons: Type.Optional(Type.Integer({ minimum: 1, description: "people in the longest queue" })),
  queue_m: Type.Optional(Type.Number({ minimum: 0, description: "how far that queue reaches, metres" })),
  wait_s: Type.Optional(Type.Number({ minimum: 0, description: "since the first in that queue came" })),
  stay_s: Type.Optional(
    Type.Number({ minimum: 0, description: "mean of the stays that ended in the minute" }),
  ),
  persons_mean: Type.Optional(Type.Number({ minimum: 0, description: "of the minute; durable samples" })),
  persons_max: Type.Optional(Type.Number({ minimum: 0, description: "of the minute; durable samples" })),
  cells: Type.Optional(HeatCells),
  scene_verified: Type.Optional(
    Type.Literal(false, { description: "the camera no longer shows the scene that the zones were drawn in" }),
  ),
});

// Payloads of crowd events: alerts with a life of their own, and samples.
import Type from "typebox";
import { ruleKeys } from "./common.ts";

export const CrowdAlertData = Type.Object({
  ...ruleKeys,
  state: Type.Enum(["opened", "updated", "closed"]),
  persons: Type.Number({ minimum: 0 }),
  density: Type.Optional(Type.Number({ minimum: 0, description: "persons per square metre of ground" })),
  capacity: Type.Optional(Type.Integer({ minimum: 1 })),
  reason: Type.Optional(Type.String({ description: "why it closed, e.g. scene_changed" })),
});

/** One zone at one moment: every second live, every minute durable. */
export const CrowdSampleData = Type.Object({
  camera: Type.Optional(Type.String()),
  zone: Type.String(),
  t_ms: Type.Number(),
  persons: Type.Number({ minimum: 0 }),
  density: Type.Optional(Type.Number({ minimum: 0, description: "absent without a ground plane" })),
});

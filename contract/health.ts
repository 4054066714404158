// Payload of a box's or camera's change of state.
import Type from "typebox";

export const HealthData = Type.Object({
  component: Type.String({ description: "what changed: camera, model, outbox, clock, box" }),
  camera: Type.Optional(Type.String()),
  state: Type.String({ description: "ok, lost, degraded, unverified, …" }),
  cause: Type.Optional(Type.String()),
  t_ms: Type.Optional(Type.Number()),
});

// Payloads that are not events: status, acknowledgements, live samples and the preview lease.
import Type, { type Static } from "typebox";
import { BoxArray, ClassName, Name } from "./common.ts";

/** Range of contract versions that a box speaks. */
export const CONTRACT: [number, number] = [1, 1];

export const Status = Type.Object({
  online: Type.Boolean(),
  epoch: Type.Optional(Type.String()),
  version: Type.String(),
  contract: Type.Array(Type.Integer(), { minItems: 2, maxItems: 2 }),
  site: Type.Optional(Type.String()),
  cameras: Type.Array(
    Type.Object({
      name: Name,
      state: Type.Enum(["starting", "running", "reconnecting", "failed", "stopped"]),
      products: Type.Array(Type.String()),
      place: Type.Optional(Type.Unknown()),
      cause: Type.Optional(Type.String()),
    }),
  ),
});
export type Status = Static<typeof Status>;

/** Committed sequences, inclusive, ascending and disjoint: only this releases an outbox row. */
export const Ack = Type.Object({
  epoch: Type.String(),
  ranges: Type.Array(Type.Array(Type.Integer({ minimum: 1 }), { minItems: 2, maxItems: 2 })),
});
export type Ack = Static<typeof Ack>;

/** Sequences of one outbox that a server misses, or that a box no longer has; inclusive, ascending and disjoint. */
export const SequenceRanges = Type.Object({
  epoch: Type.String({ maxLength: 40 }),
  ranges: Type.Array(Type.Array(Type.Integer({ minimum: 1 }), { minItems: 2, maxItems: 2 }), {
    maxItems: 1_100,
  }),
});
export type SequenceRanges = Static<typeof SequenceRanges>;

/** Live state of one camera, about once a second; QoS 0, never stored. */
export const Live = Type.Object({
  camera: Name,
  at: Type.String({ description: "capture time, RFC 3339 UTC" }),
  picture: Type.Object({ width: Type.Integer(), height: Type.Integer() }),
  fps: Type.Number(),
  dropped: Type.Integer({
    minimum: 0,
    description: "frames dropped because a later one was there, since the start",
  }),
  boxes: Type.Array(Type.Object({ id: Type.Integer(), class: ClassName, box: BoxArray })),
  zones: Type.Array(
    Type.Object({ zone: Type.String(), persons: Type.Number(), capacity: Type.Optional(Type.Integer()) }),
  ),
  counts: Type.Array(
    Type.Object({ line: Type.String(), class: ClassName, direction: Type.String(), total: Type.Integer() }),
  ),
  preview: Type.Optional(
    Type.String({
      description: "JPEG, base64, at most 640 pixels wide, heads pixelated; only while watched",
    }),
  ),
});
export type Live = Static<typeof Live>;

export const Watch = Type.Object({
  until: Type.String({ description: "RFC 3339 UTC; the preview stops then" }),
});
export type Watch = Static<typeof Watch>;

/** What a signal controller says of one phase, about once a second and at each change; retained. */
export const SignalMessage = Type.Object({
  phase: Type.Union([Type.String({ maxLength: 40 }), Type.Integer()]),
  state: Type.Enum(["red", "yellow", "green", "off", "unknown"]),
  since: Type.String({ description: "RFC 3339: when the state began" }),
  at: Type.String({ description: "RFC 3339: when this was said" }),
});
export type SignalMessage = Static<typeof SignalMessage>;

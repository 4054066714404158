// Schemas of everything the HTTP interface answers and accepts; the screen's types are derived from them.
import Type, { type Static, type TSchema } from "typebox";
import { Envelope } from "../../contract/event.ts";
import { Live } from "../../contract/messages.ts";
import { ALERT_HANDLINGS, ALERT_STATES } from "../store/alert.ts";
import { CASE_KINDS, CASE_STATES, CASE_STEPS, CORRECTED_FIELDS } from "../store/case.ts";
import { FORWARD_STATES } from "../store/forward.ts";

const timestamp = Type.String({ description: "RFC 3339, UTC" });

export const Event = Type.Object({
  id: Type.String(),
  box: Type.String(),
  camera: Type.String(),
  type: Type.String(),
  subject: Type.String(),
  time: Type.String({ description: "capture time, RFC 3339 UTC" }),
  received_at: timestamp,
  epoch: Type.String({
    description: "with `sequence` the order of a box's events; a gap is one not stored yet",
  }),
  sequence: Type.Integer({ minimum: 1 }),
  data: Type.Unknown({ description: "the CloudEvent's data, unknown keys included; a still is left out" }),
});
export type Event = Static<typeof Event>;

/** A file of a case; without `arrived_at` it is on its way from the box. */
export const Evidence = Type.Object({
  name: Type.String({ description: "below `/cases/{id}/evidence/` once it has arrived" }),
  media_type: Type.String(),
  bytes: Type.Integer({ minimum: 1 }),
  sha256: Type.String(),
  arrived_at: Type.Optional(timestamp),
});
export type Evidence = Static<typeof Evidence>;

export const Case = Type.Object({
  id: Type.String(),
  kind: Type.Enum([...CASE_KINDS]),
  box: Type.String(),
  camera: Type.String(),
  rule: Type.String(),
  time: Type.String({ description: "capture time, RFC 3339 UTC" }),
  state: Type.Enum([...CASE_STATES]),
  reason: Type.Optional(Type.String({ description: "why it was rejected" })),
  decided_at: Type.Optional(timestamp),
  decided_by: Type.Optional(Type.String()),
  site: Type.String(),
  review: Type.Optional(
    Type.Object(
      { by: Type.String(), until: timestamp },
      { description: "who holds it; nobody else decides it" },
    ),
  ),
  confirmations: Type.Integer({
    minimum: 0,
    description: "people who confirmed it; its rule may demand two",
  }),
  corrected_plate: Type.Optional(Type.String({ description: "as a person read it, without separators" })),
  corrected_class: Type.Optional(Type.String()),
  still: Type.Boolean({ description: "whether `/cases/{id}/still` has a picture" }),
  evidence: Type.Array(Evidence, { description: "its files, by name" }),
  data: Type.Unknown({ description: "the event's data; a still is left out" }),
});
export type Case = Static<typeof Case>;

export const CaseDetail = Type.Object({
  ...Case.properties,
  event: Type.Object(Envelope.properties, {
    additionalProperties: true,
    description: "the CloudEvent as received",
  }),
});

export const Alert = Type.Object({
  id: Type.String(),
  subject: Type.String(),
  box: Type.String(),
  camera: Type.String(),
  rule: Type.String(),
  zone: Type.Optional(Type.String()),
  state: Type.Enum([...ALERT_STATES]),
  opened_at: timestamp,
  changed_at: timestamp,
  persons: Type.Optional(Type.Number()),
  handling: Type.Enum([...ALERT_HANDLINGS], { description: "what people did about it" }),
  handled_at: Type.Optional(timestamp),
  handled_by: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
});
export type Alert = Static<typeof Alert>;

export const CAMERA_STATES = ["starting", "running", "reconnecting", "failed", "stopped"] as const;

export const Box = Type.Object({
  box: Type.String(),
  online: Type.Boolean(),
  changed_at: timestamp,
  version: Type.String(),
  site: Type.Optional(Type.String()),
  cameras: Type.Integer({ minimum: 0 }),
  missing: Type.Optional(
    Type.Integer({
      minimum: 0,
      description:
        "its events that were not stored when its order was looked at last, each minute while it is online; left out on the stream",
    }),
  ),
});
export type Box = Static<typeof Box>;

const sequences = (description: string) =>
  Type.Array(Type.Object({ from: Type.Integer({ minimum: 1 }), to: Type.Integer({ minimum: 1 }) }), {
    description,
  });
/** `epoch` is one life of a box's disk; its events are numbered from 1 without a gap. */
export const GapList = Type.Object({
  items: Type.Array(
    Type.Object({
      epoch: Type.String(),
      stored_to: Type.Integer({ minimum: 1, description: "the highest sequence that is stored" }),
      missing: sequences("not stored yet, at most 100 ranges, both ends included: its box is asked for them"),
      gone: sequences("never to come: the box had them no longer; the last 100 ranges"),
    }),
  ),
});

/** A live message without its preview: pictures are only sent on the stream, to somebody who watches. */
const LiveFigures = Type.Object({ box: Type.String(), ...Type.Omit(Live, ["preview"]).properties });

export const Camera = Type.Object({
  box: Type.String(),
  camera: Type.String(),
  box_online: Type.Boolean(),
  state: Type.Enum([...CAMERA_STATES]),
  products: Type.Array(Type.String()),
  place: Type.Optional(Type.String()),
  cause: Type.Optional(Type.String({ description: "why it is not running" })),
  live: Type.Optional(LiveFigures),
});
export type Camera = Static<typeof Camera>;

export const Forward = Type.Object({
  id: Type.String(),
  destination: Type.String(),
  event_id: Type.String(),
  kind: Type.String(),
  state: Type.Enum([...FORWARD_STATES]),
  attempts: Type.Integer({ minimum: 0 }),
  next_at: timestamp,
  delivered_at: Type.Optional(timestamp),
  last_error: Type.Optional(Type.String()),
});
export type Forward = Static<typeof Forward>;

const counts = (description: string) =>
  Type.Record(Type.String(), Type.Integer({ minimum: 0 }), { description });

export const Summary = Type.Object({
  at: timestamp,
  since: Type.String({ description: "the day's start in Việt Nam (UTC+7), RFC 3339 UTC" }),
  events_by_type: counts("events of today by type"),
  cases_by_state: counts("all cases by state"),
  forwards_by_state: counts("all forwards by state"),
  stream: Type.Object({
    clients: Type.Integer({ minimum: 0, description: "screens connected now" }),
    dropped: Type.Integer({ minimum: 0, description: "connections closed because they read too slowly" }),
  }),
});
export type Summary = Static<typeof Summary>;

const page = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    next: Type.Optional(
      Type.String({ description: "give it as `before` for the following page; absent on the last" }),
    ),
  });
export const EventPage = page(Event);
export const CasePage = page(Case);
export const AlertList = page(Alert);
export const BoxList = Type.Object({ items: Type.Array(Box) });
export const CameraList = Type.Object({ items: Type.Array(Camera) });
export const ForwardList = Type.Object({ items: Type.Array(Forward) });

const people = (description: string) => Type.Number({ minimum: 0, description });
export const ForecastItem = Type.Object({
  zone: Type.String(),
  at: timestamp,
  persons: people("mean of the minute that the forecast was made from"),
  capacity: Type.Optional(Type.Number({ minimum: 1 })),
  over: Type.Optional(
    Type.Enum(["expected", "possible", "unlikely"], {
      description: "more than the capacity within half an hour: likelier than not, one in ten, or less",
    }),
  ),
  forecasts: Type.Array(
    Type.Object({
      ahead_min: Type.Integer({ minimum: 1 }),
      persons: people("as likely more as fewer"),
      low: people("nine in ten: more"),
      high: people("nine in ten: fewer"),
    }),
  ),
});
export type ForecastItem = Static<typeof ForecastItem>;
export const ForecastList = Type.Object({ items: Type.Array(ForecastItem) });
export type ForecastList = Static<typeof ForecastList>;
export type EventPage = Static<typeof EventPage>;
export type CasePage = Static<typeof CasePage>;
export type AlertList = Static<typeof AlertList>;
export type BoxList = Static<typeof BoxList>;
export type CameraList = Static<typeof CameraList>;
export type ForwardList = Static<typeof ForwardList>;

export const DecisionBody = Type.Object(
  {
    decision: Type.Enum(["confirm", "reject"]),
    reason: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, pattern: "\\S", description: "required with `reject`" }),
    ),
  },
  { additionalProperties: false },
);
export type DecisionBody = Static<typeof DecisionBody>;

const why = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 500, pattern: "\\S", description }));
export const CorrectionBody = Type.Object(
  {
    field: Type.Enum([...CORRECTED_FIELDS]),
    value: Type.String({ minLength: 1, maxLength: 20, description: "a plate, or a class of vehicle" }),
    reason: why("what was seen otherwise"),
  },
  { additionalProperties: false },
);
export const CloseBody = Type.Object({ reason: why("why it is done with") }, { additionalProperties: false });
export const NoteBody = Type.Object({ note: why("what was done") }, { additionalProperties: false });
export const CaseHistory = Type.Object({
  items: Type.Array(
    Type.Object({
      at: timestamp,
      by: Type.String(),
      what: Type.Enum([...CASE_STEPS, ...CORRECTED_FIELDS]),
      value: Type.String({ description: "the state afterwards, or what was corrected to" }),
      reason: Type.Optional(Type.String()),
    }),
  ),
});

/** RFC 9457 problem details; `errors` names each field at fault. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.Optional(Type.String()),
  instance: Type.Optional(Type.String()),
  errors: Type.Optional(
    Type.Array(
      Type.Object({ field: Type.String({ description: "JSON pointer or name" }), detail: Type.String() }),
    ),
  ),
});
export type Problem = Static<typeof Problem>;

/** Names of the stream's messages and what each carries. */
export interface StreamMessages {
  event: Event;
  case: Case;
  alert: Alert;
  box: Box;
  forward: Forward;
  live: Static<typeof Live> & { box: string };
  /** Every ten seconds: the connection lives, and what time it is on the server. */
  beat: { at: string };
  /** More was missed than can be replayed: read the lists again. */
  reset: Record<string, never>;
}

// The event envelope: CloudEvents 1.0 in JSON with our two extensions, and the one table of event types.
import Type, { type Static, type TSchema } from "typebox";
import { CaseData, CountData, FlowData, IncidentData, ObservationData } from "./traffic.ts";
import { CrowdAlertData, CrowdSampleData } from "./crowd.ts";
import { EvidenceData } from "./evidence.ts";
import { FaceMatchData } from "./face.ts";
import { HealthData } from "./health.ts";

/** MQTT event channels: the last level of `ngatu/v1/{box}/event/{channel}`. */
export const CHANNELS = ["traffic", "face", "crowd", "count", "incident", "health"] as const;
export type Channel = (typeof CHANNELS)[number];

/** What is known of one event type: its channel, the schema of its `data`, and what the outbox may drop first. */
export interface EventType<S extends TSchema = TSchema> {
  readonly channel: Channel;
  readonly data: S;
  /** When the outbox is full, lower classes go first: `sample` < `flow` < `alert` < `case`. */
  readonly durability: "sample" | "flow" | "alert" | "case";
}

/** Every event type of contract version 1 (FORMATS §4). An unknown type on the wire is stored as it is. */
export const EVENT_TYPES = {
  "vn.ngatu.traffic.case.v1": { channel: "traffic", data: CaseData, durability: "case" },
  "vn.ngatu.traffic.observation.v1": { channel: "traffic", data: ObservationData, durability: "flow" },
  "vn.ngatu.traffic.flow.v1": { channel: "traffic", data: FlowData, durability: "flow" },
  "vn.ngatu.count.v1": { channel: "count", data: CountData, durability: "flow" },
  "vn.ngatu.crowd.alert.v1": { channel: "crowd", data: CrowdAlertData, durability: "alert" },
  "vn.ngatu.crowd.sample.v1": { channel: "crowd", data: CrowdSampleData, durability: "sample" },
  "vn.ngatu.face.match.v1": { channel: "face", data: FaceMatchData, durability: "case" },
  "vn.ngatu.evidence.v1": { channel: "traffic", data: EvidenceData, durability: "case" },
  "vn.ngatu.incident.v1": { channel: "incident", data: IncidentData, durability: "alert" },
  "vn.ngatu.health.v1": { channel: "health", data: HealthData, durability: "alert" },
} as const satisfies Record<string, EventType>;

export type EventTypeName = keyof typeof EVENT_TYPES;
export type EventData<T extends EventTypeName> = Static<(typeof EVENT_TYPES)[T]["data"]>;

const uuid = Type.String({
  pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
  description: "UUIDv7 layout; the key under which an event is stored exactly once",
});
const timestamp = Type.String({
  pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?Z$",
  description: "RFC 3339, UTC",
});

/** The envelope without a statement about `type` and `data`; unknown keys are kept. */
export const Envelope = Type.Object({
  specversion: Type.Literal("1.0"),
  id: uuid,
  source: Type.String({
    pattern: "^/[^/]+/[^/]+/[^/]+$",
    maxLength: 140,
    description: "/{site}/{box}/{camera}",
  }),
  type: Type.String({ minLength: 1, maxLength: 120 }),
  subject: Type.String({ minLength: 1, maxLength: 200 }),
  time: timestamp,
  dataschema: Type.Optional(Type.String({ maxLength: 200 })),
  datacontenttype: Type.Optional(Type.String({ maxLength: 60 })),
  sequence: Type.Integer({ minimum: 1, description: "per box and epoch, from 1, no gaps" }),
  epoch: Type.String({ pattern: "^[0-9a-f]{16}$", description: "random, born with the outbox" }),
  data: Type.Unknown(),
});
export type Envelope = Static<typeof Envelope>;

/** An event of a known type as the product makes it. */
export interface Event<T extends EventTypeName = EventTypeName> extends Omit<Envelope, "type" | "data"> {
  readonly type: T;
  readonly data: EventData<T>;
}

/** The address of the JSON schema of an event type's `data`. */
export function dataSchemaOf(type: EventTypeName): string {
  return `urn:ngatu:schema:${type}`;
}

export function isKnownType(type: string): type is EventTypeName {
  return Object.hasOwn(EVENT_TYPES, type);
}

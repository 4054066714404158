// From observation to CloudEvent: the envelope, and the keys that every rule's event has.
import type { OffenceEntry } from "../../config/offences.ts";
import type { Static } from "typebox";
import type { Plate } from "../../contract/common.ts";
import { dataSchemaOf } from "../../contract/event.ts";
import type { FrameTime } from "../camera/frame.ts";
import type { Observation } from "../rules/rule.ts";
import type { Scene } from "../scene/scene.ts";
import type { EventDraft, PipelineEvent } from "./event-draft.ts";
import type { Identify } from "./identity.ts";
import { offenceOf } from "./offence.ts";
import type { TruthVote } from "./truth.ts";

export interface EventOrigin {
  readonly site: string;
  readonly box: string;
  readonly camera: string;
  /** SHA-256 of each model in use, by task. */
  readonly modelHashes: Readonly<Record<string, string>>;
  readonly identify: Identify;
  /** What breaches are in law; absent: cases name no article. */
  readonly offences?: readonly OffenceEntry[];
  /** Present for labelled inputs. */
  readonly truth?: TruthVote;
  /** Whose plate is known; absent: nobody's. */
  readonly plates?: PlateSource;
}

/** What the builder needs to know of plates. */
export interface PlateSource {
  plateOf(trackId: number): Static<typeof Plate> | undefined;
}

/** What a person may have to decide upon in law. Only these name the vehicle: whoever may read events reads the others. */
const JUDGED: ReadonlySet<string> = new Set(["vn.ngatu.traffic.case.v1", "vn.ngatu.traffic.observation.v1"]);

/** Builds the event of an observation made at a frame. `scene` is the one in force when it was made. */
export function buildEvent(
  observation: Observation,
  time: FrameTime,
  scene: Scene,
  origin: EventOrigin,
): PipelineEvent {
  const captureMs = time.captureMs - (time.tMs - observation.tMs);
  const { data } = observation;
  const offence = JUDGED.has(observation.type)
    ? offenceOf(origin.offences ?? [], observation, captureMs)
    : undefined;
  const state = typeof data["state"] === "string" ? data["state"] : "";
  const draft = {
    specversion: "1.0",
    id: origin.identify({
      captureMs,
      camera: origin.camera,
      rule: data.rule ?? observation.type,
      passage: [observation.type, observation.subject, state, observation.tMs].join(" "),
    }),
    source: `/${origin.site}/${origin.box}/${origin.camera}`,
    type: observation.type,
    subject: observation.subject,
    time: new Date(captureMs).toISOString(),
    dataschema: dataSchemaOf(observation.type),
    datacontenttype: "application/json",
    data: {
      ...data,
      camera: origin.camera,
      scene_hash: scene.hash,
      ...(data.rule === undefined ? {} : { model_hashes: origin.modelHashes, clock: clockOf(time) }),
      ...withTruth(data["track"], origin.truth),
      ...(JUDGED.has(observation.type) ? withPlate(data["track"], origin.plates) : {}),
      ...(offence === undefined ? {} : { offence }),
    },
  };
  // The rules' tests and the contract tests hold `data` to the schema of its type; here it is built from parts.
  return { draft: draft as unknown as EventDraft, transient: observation.transient === true };
}

function clockOf(time: FrameTime): Record<string, unknown> {
  return {
    source: time.method,
    offset_ms: time.method === "rtcp" ? time.captureMs - time.boxArrivalMs : 0,
    // A file's own clock is exact by definition.
    ...(time.method === "media" || time.uncertaintyMs === undefined
      ? {}
      : { uncertainty_ms: time.uncertaintyMs }),
  };
}

function withPlate(track: unknown, plates: PlateSource | undefined): Record<string, unknown> {
  if (plates === undefined || typeof track !== "object" || track === null) return {};
  const plate = plates.plateOf((track as { id: number }).id);
  return plate === undefined ? {} : { plate };
}

function withTruth(track: unknown, truth: TruthVote | undefined): Record<string, unknown> {
  if (truth === undefined || typeof track !== "object" || track === null) return {};
  const { id } = track as { id: number };
  return { track: { ...track, truth_id: truth.majority(id) } };
}

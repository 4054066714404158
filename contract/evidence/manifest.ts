// The manifest of an evidence package: what a box saw and by which rule, every file by hash, and its link in the chain.
import Type, { type Static } from "typebox";
import { Name } from "../common.ts";
import { EvidenceFile, Sha256 } from "../evidence.ts";
import { Signer } from "./signer.ts";

export const MANIFEST_FORMAT = "vn.ngatu.evidence.manifest.v1";

/** The link before the first one. */
export const NO_PREVIOUS = "0".repeat(64);

/** RFC 3339 in UTC with milliseconds: one spelling for one moment. */
export const Moment = Type.String({
  pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$",
  description: "RFC 3339, UTC, milliseconds",
});

/** A file of the package and, where it is a picture or film, what it shows when. */
export const ManifestFile = Type.Object({
  ...EvidenceFile.properties,
  shows: Type.Optional(
    Type.Object({
      moment: Type.Optional(
        Type.String({ description: "before, at or after; of a film the span is told by from and to" }),
      ),
      t_ms: Type.Optional(Type.Number({ description: "media time of the picture" })),
      at: Type.Optional(Moment),
      from: Type.Optional(Moment),
      to: Type.Optional(Moment),
      drawn: Type.Optional(Type.Boolean({ description: "with the rule's geometry drawn over it" })),
    }),
  ),
});
export type ManifestFile = Static<typeof ManifestFile>;

/** A clock against another, as it was known at the event. */
const ClockState = Type.Object({
  method: Type.String({ description: "rtcp, arrival, media; ntp, http; unknown" }),
  offset_ms: Type.Optional(Type.Number({ description: "what the clock was ahead" })),
  uncertainty_ms: Type.Optional(Type.Number({ minimum: 0 })),
});
export type ClockState = Static<typeof ClockState>;

/** An unblurred original: proved by its hash even where it was not kept. */
export const Original = Type.Object({
  of: Type.String({ description: "the file that was made of it" }),
  bytes: Type.Integer({ minimum: 1 }),
  sha256: Sha256,
  sealed: Type.Optional(Type.String({ description: "the file that holds it, encrypted; absent: not kept" })),
});

export const Manifest = Type.Object({
  format: Type.Literal(MANIFEST_FORMAT),
  made_at: Moment,
  site: Type.String({ minLength: 1, maxLength: 60 }),
  box: Name,
  camera: Name,
  software: Type.String({ maxLength: 40 }),
  chain: Type.Object({
    id: Type.String({ pattern: "^[0-9a-f]{16}$", description: "random, born with the chain" }),
    index: Type.Integer({ minimum: 1 }),
    previous: Type.Unsafe<string>({
      ...Sha256,
      description: "SHA-256 of the manifest before; zeros before the first",
    }),
  }),
  event: Type.Object({
    id: Type.String(),
    type: Type.String(),
    source: Type.String(),
    subject: Type.String(),
    time: Type.String(),
    epoch: Type.String(),
    sequence: Type.Integer({ minimum: 1 }),
    data: Type.Record(Type.String(), Type.Unknown()),
  }),
  /** The place as the camera file tells it. */
  place: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  /** The hour at the place: `20/12/2024 10:32:05`, and what it is ahead of UTC. */
  local_time: Type.String({ pattern: "^\\d{2}/\\d{2}/\\d{4} \\d{2}:\\d{2}:\\d{2}$" }),
  utc_offset: Type.String({ pattern: "^[+-]\\d{2}:\\d{2}$" }),
  device: Type.Optional(
    Type.Object({
      unit: Type.Optional(Type.String({ description: "the unit that detected it" })),
      serial: Type.Optional(Type.String()),
      meter: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    }),
  ),
  signal: Type.Optional(
    Type.Object({
      name: Type.String(),
      state: Type.String(),
      source: Type.Optional(Type.String()),
      since_red_s: Type.Optional(Type.Number()),
    }),
  ),
  clocks: Type.Object({ camera: ClockState, box: ClockState }),
  hashes: Type.Object({
    scene: Type.String(),
    configuration: Sha256,
    models: Type.Record(Type.String(), Type.String()),
  }),
  originals: Type.Array(Original, { maxItems: 16 }),
  files: Type.Array(ManifestFile, { minItems: 1, maxItems: 32 }),
  missing: Type.Array(Type.Object({ name: Type.String(), why: Type.String() }), { maxItems: 16 }),
  signer: Signer,
});
export type Manifest = Static<typeof Manifest>;

// Evidence files as an event names them: they travel apart from it, by resumable upload, and after it.
import Type, { type Static } from "typebox";

/** Largest file that is taken. */
export const MAX_EVIDENCE_BYTES = 32 * 1024 * 1024;

/** Lower-case hex. */
export const Sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });

/** A file's name is what it shows, unique in its case; its content is known by its hash. */
export const EvidenceFile = Type.Object({
  name: Type.String({ pattern: "^[a-z0-9][a-z0-9.-]{0,59}$", description: "still-at.jpg" }),
  media_type: Type.String({ pattern: "^[a-z]+/[a-z0-9.+-]{1,60}$" }),
  bytes: Type.Integer({ minimum: 1, maximum: MAX_EVIDENCE_BYTES }),
  sha256: Sha256,
});
export type EvidenceFile = Static<typeof EvidenceFile>;

/** What an event may name. */
export const EvidenceFiles = Type.Array(EvidenceFile, { maxItems: 16 });

/** The package of a case, told some seconds after the case itself: its film has an end. */
export const EvidenceData = Type.Object({
  case: Type.String({
    pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
    description: "id of the case's event",
  }),
  manifest_sha256: Sha256,
  files: Type.Array(EvidenceFile, { minItems: 1, maxItems: 32 }),
});
export type EvidenceData = Static<typeof EvidenceData>;

/** Below the address that boxes upload to. */
export const EVIDENCE_PATH = "/evidence";

/** What the listener for boxes answers: by the box's own password, which opens nothing else. */
export const EVIDENCE_ROUTES = ["POST", "HEAD", "PATCH"]
  .map((method) => ({
    method,
    url: method === "POST" ? EVIDENCE_PATH : `${EVIDENCE_PATH}/:upload`,
    needs: "box",
  }))
  .concat({ method: "POST", url: "/evidence-keys", needs: "box" });

/** An upload's own address holds its box, so that nobody can go on with, or look for, another's. */
export function uploadId(box: string, sha256: string): string {
  return `${box}.${sha256}`;
}

/** The box and hash of an upload; undefined for what {@link uploadId} did not make. */
export function parseUploadId(id: string): { readonly box: string; readonly sha256: string } | undefined {
  const match = /^([a-z0-9-]{1,40})\.([0-9a-f]{64})$/.exec(id);
  return match === null ? undefined : { box: match[1] ?? "", sha256: match[2] ?? "" };
}

/** How a server answers an upload beside the protocol's own statuses. */
export const UPLOAD_STATUS = {
  /** No such box, or not its password. */
  unknownBox: 401,
  /** No event that the server holds names this file of this box, or not with this size: perhaps not yet. */
  notNamed: 403,
  /** It is there already, whole and verified. */
  alreadyHere: 409,
  /** What arrived is not the file that was named; it was deleted. */
  anotherFile: 422,
} as const;

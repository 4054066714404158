// How a box makes its evidence key known to the server: by a document that the key itself signs, over its own channel.
import Type, { type Static } from "typebox";
import { Name } from "../common.ts";
import { Moment } from "./manifest.ts";
import { Signer } from "./signer.ts";

export const REGISTRATION_FORMAT = "vn.ngatu.evidence.registration.v1";
export const REGISTRATION = "registration.json";

/** Beside the address for uploads, with the same name and password. */
export const KEYS_PATH = "/evidence-keys";

export const Registration = Type.Object({
  format: Type.Literal(REGISTRATION_FORMAT),
  box: Name,
  at: Moment,
  signer: Signer,
});
export type Registration = Static<typeof Registration>;

/** What is posted. Bytes in Base64. */
export const RegistrationBody = Type.Object({
  document: Type.String({ maxLength: 8_000 }),
  signature: Type.String({ maxLength: 100 }),
  /** By the key that was in force before: without it no other key takes its place. */
  previous_signature: Type.Optional(Type.String({ maxLength: 100 })),
});
export type RegistrationBody = Static<typeof RegistrationBody>;

/** How a server answers. */
export const REGISTRATION_STATUS = {
  /** The key is known and in force. */
  registered: 204,
  /** Not what it should be, or not signed by the key. */
  refused: 400,
  /** The key was revoked. */
  revoked: 403,
  /** Another key of the box is in force, and did not sign this. */
  another: 409,
  /** The key is known under another name: every box makes one of its own. */
  taken: 422,
} as const;

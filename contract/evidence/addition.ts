// What a server signs: the receipt of a manifest, decisions on its case as additions, and where a chain ends.
import Type, { type Static } from "typebox";
import { Name } from "../common.ts";
import { Sha256 } from "../evidence.ts";
import { Moment } from "./manifest.ts";
import { Signer } from "./signer.ts";

export const RECEIPT_FORMAT = "vn.ngatu.evidence.receipt.v1";
export const ADDITION_FORMAT = "vn.ngatu.evidence.addition.v1";
export const HEAD_FORMAT = "vn.ngatu.evidence.head.v1";

/** The server had the manifest, and found it good, at that time by its own clock. */
export const Receipt = Type.Object({
  format: Type.Literal(RECEIPT_FORMAT),
  box: Name,
  manifest_sha256: Sha256,
  received_at: Moment,
  signer: Signer,
});
export type Receipt = Static<typeof Receipt>;

/** Never an edit: each names what it stands behind, the first one the receipt. */
export const Addition = Type.Object({
  format: Type.Literal(ADDITION_FORMAT),
  case: Type.String(),
  number: Type.Integer({ minimum: 1 }),
  previous: Type.Unsafe<string>({ ...Sha256, description: "SHA-256 of the receipt or addition before" }),
  decision: Type.String({ description: "confirm, reject, forward or close" }),
  reason: Type.Optional(Type.String()),
  by: Type.String(),
  at: Type.Unsafe<string>({ ...Moment, description: "when it was decided" }),
  signed_at: Type.Optional(
    Type.Unsafe<string>({ ...Moment, description: "when the server signed it; absent: when it was decided" }),
  ),
  signer: Signer,
});
export type Addition = Static<typeof Addition>;

/** Whoever holds this knows that nothing is missing before it and nothing came after it until then. */
export const Head = Type.Object({
  format: Type.Literal(HEAD_FORMAT),
  box: Name,
  chain: Type.String(),
  first: Type.Integer({ minimum: 1, description: "the first link still kept" }),
  index: Type.Integer({ minimum: 1, description: "the last link" }),
  manifest_sha256: Sha256,
  at: Moment,
  signer: Signer,
});
export type Head = Static<typeof Head>;

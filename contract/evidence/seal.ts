// Seals a package: signs its manifest, and the hash of each of its fields, with the box's key.
import { FIELDS_FORMAT, type Fields, hashFields } from "./fields.ts";
import { MANIFEST_FORMAT, type Manifest } from "./manifest.ts";
import { FIELDS, MANIFEST } from "./names.ts";
import type { Checker } from "./signer.ts";
import { type NamedBytes, signDocument, type Signing } from "./signing.ts";

/** What the box knows of a package before it signs it. */
export type UnsignedManifest = Omit<Manifest, "format" | "signer">;

export interface Seal {
  readonly manifestSha256: string;
  /** The manifest, the hashes of its fields, and the signature of each. */
  readonly documents: readonly NamedBytes[];
}

export async function sealManifest(
  facts: UnsignedManifest,
  signing: Signing,
  checker: Checker,
): Promise<Seal> {
  const { signer } = signing;
  const manifest: Manifest = { ...facts, format: MANIFEST_FORMAT, signer };
  const [document, signature] = await signDocument(MANIFEST, manifest, signing);
  const manifestSha256 = await checker.sha256(document.bytes);
  const fields: Fields = {
    format: FIELDS_FORMAT,
    manifest_sha256: manifestSha256,
    fields: await hashFields(manifest, checker),
    signer,
  };
  return {
    manifestSha256,
    documents: [document, signature, ...(await signDocument(FIELDS, fields, signing))],
  };
}

// A signed document: canonical JSON of one schema with 64 raw bytes of Ed25519 signature over exactly its bytes.
import type { Static, TSchema } from "typebox";
import { Check, Errors } from "typebox/value";
import { decodeCanonical } from "./canonical-json.ts";
import { EvidenceFault } from "./fault.ts";
import { type Checker, publicKeyOf, type Signer } from "./signer.ts";
import { signatureOf } from "./names.ts";

/** The document, checked against its schema. Throws {@link EvidenceFault} with the first field that is wrong. */
export function readDocument<S extends TSchema>(schema: S, bytes: Uint8Array, file: string): Static<S> {
  const value = decodeCanonical(bytes, file);
  if (Check(schema, value)) return value;
  const [first] = Errors(schema, value);
  const path = (first?.instancePath ?? "").slice(1).replaceAll("/", ".");
  throw new EvidenceFault(
    path === "" ? "file" : "field",
    path === "" ? file : `${file}: ${path}`,
    first?.message ?? "is wrong",
  );
}

/** Whether the signature is the signer's over these bytes. Throws {@link EvidenceFault} for a key that is none. */
export async function isSigned(
  document: { readonly bytes: Uint8Array; readonly signature: Uint8Array; readonly file: string },
  signer: Signer,
  checker: Checker,
): Promise<boolean> {
  const key = await publicKeyOf(signer, checker, document.file);
  return await checker.verify(key, document.signature, document.bytes);
}

/** Throws {@link EvidenceFault} unless the signature fits. */
export async function demandSigned(
  document: { readonly bytes: Uint8Array; readonly signature: Uint8Array; readonly file: string },
  signer: Signer,
  checker: Checker,
): Promise<void> {
  if (await isSigned(document, signer, checker)) return;
  throw new EvidenceFault(
    "file",
    document.file,
    `${signatureOf(document.file)} is no signature of key ${signer.key.slice(0, 16)} over it: one of the two was changed`,
  );
}

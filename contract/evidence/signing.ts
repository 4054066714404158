// Signs documents: whoever holds a key, in a file or in a token, gives it this face.
import { encodeCanonical } from "./canonical-json.ts";
import { signatureOf } from "./names.ts";
import type { Signer } from "./signer.ts";

/** An Ed25519 key that can be used and not seen. */
export interface Signing {
  readonly signer: Signer;
  /** 64 bytes over exactly these. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The document in its one form, and its signature beside it. `value` names the signer. */
export async function signDocument(
  name: string,
  value: { readonly signer: Signer },
  signing: Signing,
): Promise<[document: NamedBytes, signature: NamedBytes]> {
  const bytes = encodeCanonical(value);
  return [
    { name, bytes },
    { name: signatureOf(name), bytes: await signing.sign(bytes) },
  ];
}

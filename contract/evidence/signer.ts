// Who signed: an Ed25519 key by its public half, known by the hash of it.
import Type, { type Static } from "typebox";
import { Sha256 } from "../evidence.ts";
import { EvidenceFault } from "./fault.ts";

/** DER of an Ed25519 public key (RFC 8410): this head and 32 bytes. */
const SPKI_HEAD = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

export const PublicKey = Type.String({
  pattern: "^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=$",
  description: "SubjectPublicKeyInfo in Base64: what stands between the lines of a PEM file",
});

export const Signer = Type.Object({
  key: Type.Unsafe<string>({ ...Sha256, description: "SHA-256 of the public key's DER bytes" }),
  public_key: PublicKey,
});
export type Signer = Static<typeof Signer>;

/** What checks need of cryptography; both halves are asynchronous in browsers. */
export interface Checker {
  /** Lower-case hex. */
  sha256(bytes: Uint8Array): Promise<string>;
  /** Ed25519 (RFC 8032); `publicKey` is the raw 32 bytes. False for a signature of another length. */
  verify(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean>;
}

/** The raw 32 bytes of a key as a signer carries it; its name must fit. Throws {@link EvidenceFault}. */
export async function publicKeyOf(signer: Signer, checker: Checker, file: string): Promise<Uint8Array> {
  const der = fromBase64(signer.public_key);
  const isOurs = der.length === 44 && SPKI_HEAD.every((byte, index) => der[index] === byte);
  // Base64 has more than one spelling for some bytes; a key has one.
  if (!isOurs || toBase64(der) !== signer.public_key)
    throw new EvidenceFault("field", `${file}: signer.public_key`, "not an Ed25519 public key");
  if ((await checker.sha256(der)) !== signer.key)
    throw new EvidenceFault("field", `${file}: signer.key`, "not the hash of the public key beside it");
  return der.subarray(SPKI_HEAD.length);
}

/** The signer of a key whose raw 32 bytes are given. */
export async function signerOf(rawPublicKey: Uint8Array, checker: Checker): Promise<Signer> {
  const der = Uint8Array.of(...SPKI_HEAD, ...rawPublicKey);
  return { key: await checker.sha256(der), public_key: toBase64(der) };
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

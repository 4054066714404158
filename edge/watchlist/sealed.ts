// A versioned AES-256-GCM container: tells a wrong key from an altered file, and shows nothing of its content.
import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { GalleryError } from "./gallery-error.ts";

/*
 * Layout, big endian: magic "NGATUGAL" · version u32 · key id 8 bytes · nonce 12 bytes · tag 16 bytes · ciphertext.
 * Magic, version and key id are authenticated too. The key id is a keyed hash, so it says nothing about the key.
 * A nonce is random per write; 96 random bits are safe far beyond the writes a gallery ever sees (NIST SP 800-38D, 8.3).
 */
const MAGIC = Buffer.from("NGATUGAL", "ascii");
const VERSION = 1;
const ID_AT = 12;
const NONCE_AT = 20;
const TAG_AT = 32;
const BODY_AT = 48;

export function seal(plain: Uint8Array, key: Uint8Array): Buffer {
  const head = Buffer.alloc(NONCE_AT);
  MAGIC.copy(head);
  head.writeUInt32BE(VERSION, MAGIC.length);
  keyId(key).copy(head, ID_AT);
  const nonce = randomBytes(TAG_AT - NONCE_AT);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(head);
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([head, nonce, cipher.getAuthTag(), body]);
}

/** The content. Throws {@link GalleryError}; `file` names it in the message. */
export function unseal(sealed: Uint8Array, key: Uint8Array, file: string): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < BODY_AT || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new GalleryError("not-a-gallery", `${file} is not a gallery, or was cut short`);
  }
  const version = bytes.readUInt32BE(MAGIC.length);
  if (version !== VERSION) {
    throw new GalleryError("newer-version", `${file} has format ${version}; this release reads ${VERSION}`);
  }
  if (!timingSafeEqual(bytes.subarray(ID_AT, NONCE_AT), keyId(key))) {
    throw new GalleryError("wrong-key", `${file} was sealed with another key`);
  }
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(NONCE_AT, TAG_AT));
  decipher.setAAD(bytes.subarray(0, NONCE_AT));
  decipher.setAuthTag(bytes.subarray(TAG_AT, BODY_AT));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(BODY_AT)), decipher.final()]);
  } catch (cause) {
    throw new GalleryError(
      "altered",
      `${file} was altered since it was written; restore it or enrol anew`,
      cause,
    );
  }
}

function keyId(key: Uint8Array): Buffer {
  return createHmac("sha256", key)
    .update("ngatu gallery key id")
    .digest()
    .subarray(0, NONCE_AT - ID_AT);
}

// SHA-256 and Ed25519 by the Web Cryptography API: the same in Node and in browsers.
import type { Checker } from "./signer.ts";

const ED25519 = { name: "Ed25519" };

export const webChecker: Checker = {
  async sha256(bytes) {
    const digest = await crypto.subtle.digest("SHA-256", plain(bytes));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  },
  async verify(publicKey, signature, message) {
    if (signature.length !== 64) return false;
    const key = await crypto.subtle.importKey("raw", plain(publicKey), ED25519, false, ["verify"]);
    return await crypto.subtle.verify(ED25519, key, plain(signature), plain(message));
  },
};

/** The API takes no view of shared memory. */
function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

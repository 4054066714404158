// Random values that open something: given out once, kept as a hash, compared in constant time.
import { createHash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";

const BYTES = 32;
/** Without letters and digits that are taken for each other. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";

export function newSecret(): string {
  return randomBytes(BYTES).toString("base64url");
}

/** A secret of 256 random bits needs no slow hash: there is nothing to guess from. */
export function secretHash(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** To be typed from a screen: 5 groups of 4, 99 bits. */
export function newOneTimePassword(): string {
  const group = (): string => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return Array.from({ length: 5 }, group).join("-");
}

/** What a page must send beside its cookie; another site's page can't know it. */
export function csrfToken(sessionSecret: string): string {
  return createHash("sha256").update(`csrf ${sessionSecret}`).digest("base64url");
}

export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(secretHash(a), secretHash(b));
}

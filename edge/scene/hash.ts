// SHA-256 over canonical JSON (RFC 8785): equal meanings have equal hashes.
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** Hex SHA-256 of a JSON value's canonical form. Throws TypeError for what JSON cannot hold. */
export function hashOf(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("value has no JSON form");
  return createHash("sha256").update(text).digest("hex");
}

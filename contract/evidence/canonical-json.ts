// Canonical JSON (RFC 8785) as bytes: what is signed has one form only, so that a changed byte is a changed document.
import canonicalize from "canonicalize";
import { EvidenceFault } from "./fault.ts";

/** A document larger than this is none of ours. */
export const MAX_DOCUMENT_BYTES = 1024 * 1024;

const MAX_NESTING = 32;

/** Throws TypeError for what JSON cannot hold. */
export function encodeCanonical(value: unknown): Uint8Array {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("value has no JSON form");
  return new TextEncoder().encode(text);
}

/** Throws {@link EvidenceFault}, naming the file, when the bytes are not UTF-8, not JSON, or not in canonical form. */
export function decodeCanonical(bytes: Uint8Array, file: string): unknown {
  if (bytes.length > MAX_DOCUMENT_BYTES)
    throw new EvidenceFault("file", file, `${bytes.length} bytes, more than ${MAX_DOCUMENT_BYTES}`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new EvidenceFault("file", file, "not valid UTF-8");
  }
  if (nesting(text) > MAX_NESTING)
    throw new EvidenceFault("file", file, `nested deeper than ${MAX_NESTING} levels`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new EvidenceFault("file", file, "not well-formed JSON");
  }
  if (canonicalForm(value) !== text)
    throw new EvidenceFault(
      "file",
      file,
      "not in canonical form (RFC 8785): it was written by something else",
    );
  return value;
}

function canonicalForm(value: unknown): string | undefined {
  try {
    return canonicalize(value);
  } catch {
    // JSON may hold what RFC 8785 has no form for, such as half a surrogate pair.
    return undefined;
  }
}

function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (quoted) {
      if (letter === "\\") at++;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === "{" || letter === "[") deepest = Math.max(deepest, ++depth);
    else if (letter === "}" || letter === "]") depth--;
  }
  return deepest;
}

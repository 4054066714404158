// The hash of every single field of a manifest: so that a check can say which one was changed.
import Type, { type Static } from "typebox";
import { Sha256 } from "../evidence.ts";
import { encodeCanonical } from "./canonical-json.ts";
import { type Checker, Signer } from "./signer.ts";

export const FIELDS_FORMAT = "vn.ngatu.evidence.fields.v1";

export const Fields = Type.Object({
  format: Type.Literal(FIELDS_FORMAT),
  manifest_sha256: Sha256,
  fields: Type.Record(Type.String(), Sha256),
  signer: Signer,
});
export type Fields = Static<typeof Fields>;

/** By path (`clocks.box.offset_ms`, `files.0.sha256`), the hash of the value's canonical JSON. */
export async function hashFields(document: unknown, checker: Checker): Promise<Record<string, string>> {
  const leaves = [...leavesOf(document, "")];
  const hashes = await Promise.all(
    leaves.map(async ([path, value]) => [path, await checker.sha256(encodeCanonical(value))] as const),
  );
  return Object.fromEntries(hashes);
}

/** The first field, in the order of names, that differs, is missing or was added; undefined: none. */
export function firstDifference(
  signed: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): string | undefined {
  const paths = [...new Set([...Object.keys(signed), ...Object.keys(found)])].sort();
  return paths.find((path) => signed[path] !== found[path]);
}

function* leavesOf(value: unknown, path: string): Generator<readonly [string, unknown]> {
  const inner = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (inner.length === 0) yield [path, value];
  for (const [key, child] of inner) yield* leavesOf(child, path === "" ? key : `${path}.${key}`);
}

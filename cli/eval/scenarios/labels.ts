// Reads labels.jsonl: what truly happened in a scenario (FORMATS §3).
import { readFileSync } from "node:fs";
import Type, { type Static } from "typebox";
import { Compile } from "typebox/compile";

const Line = Type.Object({
  rule: Type.String({ minLength: 1 }),
  id: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  t_ms: Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }),
  plate: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  zone: Type.Optional(Type.String()),
  expect: Type.Optional(Type.String()),
  true_ms: Type.Optional(Type.Number({ description: "when it became true; delays are counted from here" })),
});
const validator = Compile(Line);
type Entry = Static<typeof Line>;

export interface TruthLabel {
  readonly rule: string;
  readonly id?: number;
  readonly zone?: string;
  readonly plate?: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Where delays are counted from: `true_ms`, else the window's beginning. */
  readonly trueMs: number;
  /** Whether a case would be wrong and an observation is wanted. */
  readonly wantsObservation: boolean;
}

/** A labels file with a line that is not what the format says. */
export class LabelsFileError extends Error {
  override readonly name = "LabelsFileError";
}

/** Reads the file; an empty one has no labels. Throws {@link LabelsFileError} with file and line. */
export function readLabels(file: string): TruthLabel[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((text, index) => (text.trim() === "" ? [] : [labelOf(entryOf(file, index + 1, text))]));
}

function entryOf(file: string, line: number, text: string): Entry {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LabelsFileError(`${file}:${line}: not JSON`, { cause });
  }
  if (validator.Check(value)) return value;
  const [first] = validator.Errors(value);
  throw new LabelsFileError(
    `${file}:${line}: ${first?.instancePath ?? ""} ${first?.message ?? "not a label"}`,
  );
}

function labelOf(entry: Entry): TruthLabel {
  const [fromMs = 0, toMs = 0] = entry.t_ms;
  return {
    rule: entry.rule,
    fromMs,
    toMs,
    trueMs: entry.true_ms ?? fromMs,
    wantsObservation: entry.expect === "observation",
    ...(entry.id === undefined || entry.id === null ? {} : { id: entry.id }),
    ...(entry.zone === undefined ? {} : { zone: entry.zone }),
    ...(entry.plate === undefined || entry.plate === null ? {} : { plate: entry.plate }),
  };
}

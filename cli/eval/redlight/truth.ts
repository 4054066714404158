// What was seen by eye in clips of signal violations: `truth.json`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Type, { type Static } from "typebox";
import { Compile } from "typebox/compile";
import { LabelFileError } from "../csv.ts";

const BoxPixels = Type.Array(Type.Number(), { minItems: 4, maxItems: 4 });
const Passage = Type.Object({
  id: Type.String(),
  frame: Type.Integer(),
  tolerance: Type.Optional(Type.Integer({ minimum: 0 })),
  box: BoxPixels,
});
const Decoy = Type.Object({
  id: Type.String(),
  frame: Type.Integer(),
  span: Type.Optional(Type.Array(Type.Integer(), { minItems: 2, maxItems: 2 })),
  box: BoxPixels,
});
const TruthClip = Type.Object({
  file: Type.String(),
  width: Type.Integer(),
  height: Type.Integer(),
  frames: Type.Integer({ minimum: 1 }),
  lamp: Type.Object({
    timeline: Type.Array(Type.Tuple([Type.Integer(), Type.Integer(), Type.String()])),
  }),
  violations: Type.Array(Passage),
  early_starts: Type.Optional(Type.Array(Passage)),
  outside_line: Type.Optional(Type.Array(Passage)),
  decoys: Type.Optional(Type.Array(Decoy)),
});
export type TruthClip = Static<typeof TruthClip>;
export type TruthPassage = Static<typeof Passage>;

const validator = Compile(Type.Object({ clips: Type.Array(TruthClip, { minItems: 1 }) }));

/** Throws {@link LabelFileError}, naming the key that does not fit. */
export function readTruth(folder: string): readonly TruthClip[] {
  const file = join(folder, "truth.json");
  const value: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (validator.Check(value)) return value.clips;
  const [fault] = validator.Errors(value);
  throw new LabelFileError(`${file}: ${fault?.instancePath ?? ""} ${fault?.message ?? "is not understood"}`);
}

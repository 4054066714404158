// How well plates are read: whole plates, characters, and what is accepted without a person.
import { editDistance } from "../../../edge/plate/edit-distance.ts";
import { correct } from "../../../edge/plate/correct.ts";
import type { PlateVote } from "../../../edge/plate/vote.ts";
import { wilson } from "../interval.ts";
import type { LabelledPlate } from "./plate-set.ts";

export interface ReadPlate {
  readonly file: string;
  readonly label: LabelledPlate;
  readonly vote: PlateVote | undefined;
}

export function readingScore(plates: readonly ReadPlate[]) {
  const exact = (of: readonly ReadPlate[]): number | null =>
    of.length === 0 ? null : of.filter(isExact).length / of.length;
  const accepted = plates.filter(({ vote }) => vote?.accepted === true);
  const wrong = accepted.filter((plate) => !isExact(plate));
  const edits = plates.reduce(
    (sum, { label, vote }) => sum + editDistance(label.text ?? "", vote?.text ?? ""),
    0,
  );
  const characters = plates.reduce((sum, { label }) => sum + (label.text?.length ?? 0), 0);
  const hits = plates.filter(isExact).length;
  return {
    exact: exact(plates),
    exact_one_line: exact(plates.filter(({ label }) => label.lines === 1)),
    exact_two_line: exact(plates.filter(({ label }) => label.lines === 2)),
    /** Every character as labelled, O and 0 told apart. */
    exact_strict: plates.filter(({ label, vote }) => vote?.text === label.text).length / plates.length,
    cer: edits / Math.max(1, characters),
    accepted_rate: accepted.length / plates.length,
    wrong_of_accepted: accepted.length === 0 ? 0 : wrong.length / accepted.length,
    n: plates.length,
    intervals: {
      exact: wilson(hits, plates.length),
      accepted_rate: wilson(accepted.length, plates.length),
      wrong_of_accepted: wilson(wrong.length, accepted.length),
    },
    misread: plates
      .filter((plate) => !isExact(plate))
      .map(({ file, label, vote }) => ({
        file,
        text: label.text,
        read: vote?.text ?? "",
        accepted: vote?.accepted ?? false,
      })),
  };
}

function isExact({ label, vote }: ReadPlate): boolean {
  const text = label.text ?? "";
  if (vote === undefined || correct(text)?.corrections === 0) return vote?.text === text;
  return alike(vote.text) === alike(text);
}

/** Outside the grammar the letters O and I and the digits 0 and 1 have one shape: labels use either for both. */
function alike(text: string): string {
  return text.replaceAll("O", "0").replaceAll("I", "1");
}

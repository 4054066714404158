// Corrects a reading by the grammar of plates, or leaves it alone: never a letter where nobody could tell.
import { allows, type Form, FORMS, formsOf, hasCode, type Place } from "./form.ts";

/** What readers take digits for, and letters. */
const AS_DIGIT: Readonly<Record<string, string>> = {
  O: "0",
  Q: "0",
  D: "0",
  I: "1",
  Z: "2",
  S: "5",
  B: "8",
  G: "6",
};
const AS_LETTER: Readonly<Record<string, string>> = {
  "0": "D",
  "8": "B",
  "5": "S",
  "2": "Z",
  "6": "G",
  "4": "A",
};
/** More corrections would make a plate of anything. */
const MOST_CORRECTIONS = 2;
/** Of these so many in the code: two letters there are rather a foreign plate's. */
const MOST_IN_CODE = 1;

export interface GrammaticalPlate {
  readonly text: string;
  readonly form: Form;
  readonly corrections: number;
}

/**
 * The text as it is where it fits; else the form that it fits with the fewest corrections, at most two. The place after
 * a motorcycle's first letter is never corrected: a letter and a digit are both right there. Military plates are taken
 * as read: two letters and digits are also many a foreign plate. Undefined: outside the grammar.
 */
export function correct(text: string, firstLine?: number): GrammaticalPlate | undefined {
  const [fitting] = formsOf(text, firstLine);
  if (fitting !== undefined) return { text, form: fitting, corrections: 0 };
  let best: GrammaticalPlate | undefined;
  for (const form of FORMS) {
    if (form.kind === "army" || form.places.length !== text.length) continue;
    const corrected = fitted(text, form);
    if (corrected === undefined || !hasCode(form, corrected.text)) continue;
    const breaks = (each: GrammaticalPlate): number =>
      each.corrections + (firstLine === undefined || each.form.head === firstLine ? 0 : 0.5);
    if (best === undefined || breaks(corrected) < breaks(best)) best = corrected;
  }
  return best;
}

function fitted(text: string, form: Form): GrammaticalPlate | undefined {
  let corrections = 0;
  let result = "";
  for (const [index, place] of form.places.entries()) {
    const character = text[index] ?? "";
    const kept = allows(place, character) ? character : replacement(place, character);
    if (kept === undefined) return undefined;
    if (kept !== character && ++corrections > (index < 2 ? MOST_IN_CODE : MOST_CORRECTIONS)) return undefined;
    result += kept;
  }
  return { text: result, form, corrections };
}

function replacement(place: Place, character: string): string | undefined {
  if (place === "series" || place === "state") return undefined;
  const other = place === "digit" || place === "nonzero" ? AS_DIGIT[character] : AS_LETTER[character];
  return other !== undefined && allows(place, other) ? other : undefined;
}

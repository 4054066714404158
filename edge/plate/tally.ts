// The readings of one vehicle's plate over many frames, and the one text that they make: character by character.
import type { ClassName } from "../../contract/common.ts";
import { correct } from "./correct.ts";
import { formsOf } from "./form.ts";

/** As events carry it. */
export interface KnownPlate {
  /** Capital letters and digits. */
  readonly text: string;
  /** As painted. */
  readonly display: string;
  /** 0 to 1: mean share of the votes behind each character, times the mean confidence of the readings. */
  readonly confidence: number;
}

/** How often a text was read, and with how much confidence in all. */
interface Votes {
  readonly text: string;
  readings: number;
  weight: number;
}

export type Tally = Votes[];

/** More different texts than this are noise: the one with the least weight goes. */
const MAX_TEXTS = 24;
const MAX_LENGTH = 12;
/**
 * Every character must have this share of all votes. Raising it leaves out more plates, lowering it lets a wrong one
 * through where two readings contradict each other.
 */
const LEAST_SHARE = 0.55;
const LEAST_READINGS = 2;
/** What is outside the grammar must have been read oftener, and more alike. */
const FOREIGN_SHARE = 0.8;
const FOREIGN_READINGS = 4;

/** Capital letters and digits; Đ is written D. Undefined: nothing is left, or too much. */
export function plainText(text: string): string | undefined {
  const plain = text
    .toUpperCase()
    .replaceAll("Đ", "D")
    .replaceAll(/[^A-Z0-9]/g, "");
  return plain === "" || plain.length > MAX_LENGTH ? undefined : plain;
}

export function addReading(tally: Tally, text: string, confidence: number): void {
  const known = tally.find((votes) => votes.text === text);
  if (known !== undefined) {
    known.readings++;
    known.weight += confidence;
    return;
  }
  if (tally.length >= MAX_TEXTS) {
    const least = tally.reduce((low, votes) => (votes.weight < low.weight ? votes : low));
    tally.splice(tally.indexOf(least), 1);
  }
  tally.push({ text, readings: 1, weight: confidence });
}

/** The text that the votes make together, for a vehicle of this class; undefined when it is not sure. */
export function elect(tallies: readonly Tally[], className: ClassName): KnownPlate | undefined {
  const votes = tallies.flat();
  const weight = votes.reduce((sum, each) => sum + each.weight, 0);
  const readings = votes.reduce((sum, each) => sum + each.readings, 0);
  if (readings < LEAST_READINGS || weight <= 0) return undefined;
  const length = heaviest(votes, ({ text }) => text.length);
  const alike = votes.filter(({ text }) => text.length === length);
  const places = Array.from({ length: length ?? 0 }, (_, place) => {
    const character = heaviest(alike, ({ text }) => text[place] ?? "") ?? "";
    const behind = alike.filter(({ text }) => text[place] === character);
    return { character, share: behind.reduce((sum, each) => sum + each.weight, 0) / weight };
  });
  const least = Math.min(...places.map(({ share }) => share));
  const raw = places.map(({ character }) => character).join("");
  const plate = correct(raw);
  const sure =
    plate === undefined
      ? least >= FOREIGN_SHARE && readings >= FOREIGN_READINGS
      : least >= LEAST_SHARE && readings >= LEAST_READINGS;
  if (!sure) return undefined;
  const text = plate?.text ?? raw;
  const meanShare = places.reduce((sum, { share }) => sum + share, 0) / places.length;
  return { text, display: display(text, className), confidence: meanShare * Math.min(1, weight / readings) };
}

/** `61A12345` is a car's `61A-123.45`, or an old motorcycle's `61A1-2345`: the vehicle tells. */
function display(text: string, className: ClassName): string {
  const forms = formsOf(text);
  const onTwo = className === "motorcycle" || className === "bicycle";
  const form = forms.find(({ kind }) => (kind === "motorcycle") === onTwo) ?? forms[0];
  return form === undefined ? text : form.write(text);
}

/** The key with the most weight behind it; the first such among equals. */
function heaviest<K>(votes: readonly Votes[], keyOf: (votes: Votes) => K): K | undefined {
  const sums = new Map<K, number>();
  for (const each of votes) sums.set(keyOf(each), (sums.get(keyOf(each)) ?? 0) + each.weight);
  let best: K | undefined;
  let most = -1;
  for (const [key, sum] of sums) {
    if (sum <= most) continue;
    best = key;
    most = sum;
  }
  return best;
}

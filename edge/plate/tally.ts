// The readings of one vehicle's plate over many frames, and the one text that they make: character by character.
import type { ClassName } from "../../contract/common.ts";
import type { PlateReading } from "../detect/detection.ts";
import type { PlateColour } from "./colour.ts";
import { correct } from "./correct.ts";
import { formsOf } from "./form.ts";
import { type PlateText, votePlate } from "./vote.ts";

/** As events carry it. */
export interface KnownPlate {
  /** Capital letters and digits. */
  readonly text: string;
  /** As painted. */
  readonly display: string;
  /** 0 to 1: mean share of the votes behind each character, times the mean confidence of the readings. */
  readonly confidence: number;
  /** In how many frames it was read, right or wrong. */
  readonly looks: number;
  /** Of its ground; absent: unknown. */
  readonly colour?: PlateColour;
}

/** How often a text was read, and with how much confidence in all. */
interface Votes {
  readonly text: string;
  readings: number;
  weight: number;
}

export interface Tally {
  readonly votes: Votes[];
  /** What each reader made of it in each look, the surest ones; none where others read. */
  readonly texts: PlateText[];
  readonly colours: Partial<Record<PlateColour, number>>;
}

/** More different texts than this are noise: the one with the least weight goes. */
const MAX_TEXTS = 24;
const MAX_LENGTH = 12;
/** Readers' texts kept of one plate: three readers, eight looks. */
const MAX_PLATE_TEXTS = 24;
/**
 * Every character must have this share of all votes. Raising it leaves out more plates, lowering it lets a wrong one
 * through where two readings contradict each other.
 */
const LEAST_SHARE = 0.55;
const LEAST_READINGS = 2;
/** Readers that agree must be so sure on the whole: share of their certainty behind the text. */
const LEAST_AGREED = 0.5;
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

export function startTally(): Tally {
  return { votes: [], texts: [], colours: {} };
}

/** `text` is the reading's own as {@link plainText} gives it. */
export function addReading(
  { votes, texts, colours }: Tally,
  text: string,
  { confidence, texts: said = [], colour }: Pick<PlateReading, "confidence" | "texts" | "colour">,
): void {
  if (colour !== undefined) colours[colour] = (colours[colour] ?? 0) + 1;
  for (const one of said) {
    texts.push(one);
    if (texts.length > MAX_PLATE_TEXTS) texts.splice(texts.indexOf(leastOf(texts, sureness)), 1);
  }
  const known = votes.find((vote) => vote.text === text);
  if (known !== undefined) {
    known.readings++;
    known.weight += confidence;
    return;
  }
  if (votes.length >= MAX_TEXTS) votes.splice(votes.indexOf(leastOf(votes, ({ weight }) => weight)), 1);
  votes.push({ text, readings: 1, weight: confidence });
}

/** The text that the votes make together, for a vehicle of this class; undefined when it is not sure. */
export function elect(tallies: readonly Tally[], className: ClassName): KnownPlate | undefined {
  const elected = agreed(tallies) ?? shared(tallies);
  if (elected === undefined) return undefined;
  const { text, confidence } = elected;
  const colour = majority(tallies);
  return {
    text,
    display: display(text, className),
    confidence,
    looks: tallies.flatMap(({ votes }) => votes).reduce((sum, { readings }) => sum + readings, 0),
    ...(colour === undefined ? {} : { colour }),
  };
}

/** What the readers agree on over all looks, character by character and under the grammar. */
function agreed(
  tallies: readonly Tally[],
): { readonly text: string; readonly confidence: number } | undefined {
  const readings = tallies.flatMap(({ votes }) => votes).reduce((sum, each) => sum + each.readings, 0);
  if (readings < LEAST_READINGS) return undefined;
  const vote = votePlate(tallies.flatMap(({ texts }) => texts));
  return vote?.accepted === true && vote.confidence >= LEAST_AGREED ? vote : undefined;
}

/** What enough of the single looks' texts have in common. */
function shared(
  tallies: readonly Tally[],
): { readonly text: string; readonly confidence: number } | undefined {
  const votes = tallies.flatMap((tally) => tally.votes);
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
  const meanShare = places.reduce((sum, { share }) => sum + share, 0) / places.length;
  return { text: plate?.text ?? raw, confidence: meanShare * Math.min(1, weight / readings) };
}

/** The colour that was seen oftener than all others together. */
function majority(tallies: readonly Tally[]): PlateColour | undefined {
  const sums = new Map<PlateColour, number>();
  for (const { colours } of tallies) {
    for (const [colour, count] of Object.entries(colours) as [PlateColour, number][])
      sums.set(colour, (sums.get(colour) ?? 0) + count);
  }
  const total = [...sums.values()].reduce((sum, count) => sum + count, 0);
  return [...sums].find(([, count]) => count * 2 > total)?.[0];
}

function sureness({ confidences }: PlateText): number {
  return confidences.reduce((sum, each) => sum + each, 0) / Math.max(1, confidences.length);
}

function leastOf<T>(all: readonly T[], valueOf: (one: T) => number): T {
  return all.reduce((low, one) => (valueOf(one) < valueOf(low) ? one : low));
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

// One plate from what several readers, or one reader in several frames, made of it: character by character.
import { editDistance } from "./edit-distance.ts";
import { correct, type GrammaticalPlate } from "./correct.ts";

/** A reading as a reader gave it: capital letters and digits only. */
export interface PlateText {
  readonly text: string;
  /** Of each character, 0 to 1. */
  readonly confidences: readonly number[];
  readonly firstLine?: number | undefined;
  /** Who read it: two frames of one reader are one witness. */
  readonly reader: string;
  /** Trained on plates of the world: outside the grammar its word counts. */
  readonly knowsForeign?: boolean;
}

export interface PlateVote {
  readonly text: string;
  /** As people write it; the text itself outside the grammar. */
  readonly display: string;
  /** Share of the readers' certainty that stands behind it, 0 to 1. */
  readonly confidence: number;
  /** Whether it is sure enough to be used without a person: two readers agree and the grammar fits. */
  readonly accepted: boolean;
  /** Absent: outside the grammar, so foreign or not a plate of this country. */
  readonly kind?: string;
  /** Other plates that the readings may mean, likeliest first. */
  readonly alternatives: readonly string[];
}

/** How many points a candidate gets for fitting the grammar, in characters of a sure reader. */
const GRAMMAR_POINTS = 1.5;
/** A longer reading that has a character twice where another has it once is rather right: merging is the usual fault. */
const DOUBLING_POINTS = 2;
/** Each correction costs so much of that. */
const CORRECTION_POINTS = 0.5;
/** A character that differs from the candidate's speaks against it by its confidence; one too many or missing likewise. */
const GAP_COST = 1;

interface Candidate {
  readonly text: string;
  readonly plate: GrammaticalPlate | undefined;
  readonly score: number;
  readonly agreeing: number;
}

/** Undefined when nobody read anything. */
export function votePlate(readings: readonly PlateText[]): PlateVote | undefined {
  const said = readings.filter(({ text }) => text.length > 0);
  if (said.length === 0) return undefined;
  const firstLine = lineBreakOf(said);
  const texts = new Set([...said.map(({ text }) => text), ...consensus(said)]);
  // Then the grammar has no say: it must not make a plate of this country of what is none.
  const foreign = foreignText(said);
  if (foreign === undefined) {
    for (const text of [...texts]) {
      const plate = correct(text, firstLine);
      if (plate !== undefined) texts.add(plate.text);
    }
  }
  const candidates = [...texts]
    .map((text) => judge(text, said, firstLine))
    .sort((a, b) => b.score - a.score || (a.text < b.text ? -1 : 1));
  const best = foreign === undefined ? candidates[0] : candidates.find(({ text }) => text === foreign);
  if (best === undefined) return undefined;
  const { text, plate, agreeing } = best;
  const doubtful = said.some(
    (reading) => isDoubling(text, reading.text) && correct(reading.text) !== undefined,
  );
  const total = said.reduce((sum, reading) => sum + Math.max(reading.text.length, text.length), 0);
  return {
    text,
    display: plate === undefined ? text : plate.form.write(text),
    confidence: Math.max(
      0,
      Math.min(1, said.reduce((sum, reading) => sum + support(text, reading), 0) / total),
    ),
    accepted: plate !== undefined && agreeing >= 2 && !doubtful,
    ...(plate === undefined ? {} : { kind: plate.form.kind }),
    alternatives: candidates
      .filter((other) => other !== best)
      .slice(0, 3)
      .map((other) => other.text),
  };
}

function judge(text: string, said: readonly PlateText[], firstLine: number | undefined): Candidate {
  const found = correct(text, firstLine);
  const plate = found?.corrections === 0 ? found : undefined;
  const points = said.reduce((sum, reading) => sum + support(text, reading), 0);
  const agreeing = new Set(
    said.flatMap((reading) => {
      const corrected = correct(reading.text, firstLine)?.text ?? reading.text;
      return corrected === text ? [reading.reader] : [];
    }),
  ).size;
  const corrected = said.some((reading) => reading.text === text) ? 0 : CORRECTION_POINTS;
  // The others lost one of a pair of equal characters.
  const unmerged =
    plate !== undefined &&
    said.some((reading) => reading.text === text) &&
    said.some((reading) => isDoubling(reading.text, text));
  return {
    text,
    plate,
    agreeing,
    score:
      points +
      agreeing +
      (unmerged ? DOUBLING_POINTS : 0) +
      (plate === undefined ? 0 : GRAMMAR_POINTS - corrected),
  };
}

/** How much a reading speaks for a text: confidences of equal characters less those of different ones. */
function support(text: string, reading: PlateText): number {
  if (reading.text.length !== text.length)
    return reading.text.length * 0.5 - editDistance(text, reading.text);
  return Array.from(reading.text).reduce((sum, character, index) => {
    const confidence = reading.confidences[index] ?? 0;
    return sum + (character === text[index] ? confidence : -confidence * GAP_COST);
  }, 0);
}

/** For each length that two readings share, the text of the surest character at each place. */
function consensus(said: readonly PlateText[]): string[] {
  const lengths = new Set(said.map(({ text }) => text.length));
  return [...lengths].flatMap((length) => {
    const alike = said.filter(({ text }) => text.length === length);
    if (alike.length < 2) return [];
    const places = Array.from({ length }, (_, index) => {
      const votes = new Map<string, number>();
      for (const { text, confidences } of alike) {
        const character = text[index] ?? "";
        votes.set(character, (votes.get(character) ?? 0) + (confidences[index] ?? 0));
      }
      return [...votes].reduce((best, vote) => (vote[1] > best[1] ? vote : best))[0];
    });
    return [places.join("")];
  });
}

/**
 * What is read where nobody's text is in the grammar as it stands: what two different readers give letter by letter, or
 * else what the one says that knows foreign plates, unless the grammar is nearer to it than one correction.
 */
function foreignText(said: readonly PlateText[]): string | undefined {
  if (said.some(({ text, firstLine }) => correct(text, firstLine)?.corrections === 0)) return undefined;
  const knowing = said.find(({ knowsForeign }) => knowsForeign === true);
  const near = knowing === undefined ? undefined : correct(knowing.text, knowing.firstLine);
  if (knowing !== undefined && (near === undefined || near.corrections > 1)) return knowing.text;
  return said.find(({ text, reader }, index) =>
    said.some((other, at) => at > index && other.text === text && other.reader !== reader),
  )?.text;
}

/** Whether `longer` is the text with one character said twice: readers that merge repetitions lose one of a pair. */
function isDoubling(text: string, longer: string): boolean {
  if (longer.length !== text.length + 1) return false;
  return Array.from(text).some(
    (character, index) => text.slice(0, index) + character + text.slice(index) === longer,
  );
}

/** Where most readers that can tell break the lines. */
function lineBreakOf(said: readonly PlateText[]): number | undefined {
  const breaks = said.flatMap(({ firstLine }) => firstLine ?? []);
  return breaks.sort((a, b) => count(breaks, b) - count(breaks, a))[0];
}

function count(values: readonly number[], value: number): number {
  return values.filter((each) => each === value).length;
}

// The forms of Vietnamese plates: what may stand at each place, and how a plate is written for people.
import { provinceOf } from "./province.ts";

/** What may stand at one place of a plate. */
export type Place = "digit" | "nonzero" | "letter" | "series" | "state" | { readonly exactly: string };

export type Kind = "car" | "motorcycle" | "police" | "special" | "diplomatic" | "army";

export interface Form {
  readonly kind: Kind;
  readonly places: readonly Place[];
  /** Length of the part before the number: the first of two lines. */
  readonly head: number;
  readonly write: (text: string) => string;
}

/** First letter of a series (TT 79/2024): never I J O Q R W. */
const FIRST = "ABCDEFGHKLMNPSTUVXYZ";
/** Second place of a motorcycle's series: a letter (G is not among them, R is) or a digit from 1. */
const SECOND = "ABCDEFHKLMNPRSTUVXYZ123456789";
/** Series that stand for a use: police-registered foreign capital, rental, rural, trailers, test, Hanoi's zones … */
const SPECIAL = ["LD", "DA", "RM", "R", "MK", "HC", "KT", "CD", "T", "TD", "LB", "CT"];
const MISSIONS = ["NG", "QT", "CV", "NN"];

const DIGIT: readonly Place[] = ["digit"];
const digits = (count: number): Place[] => new Array<Place[]>(count).fill([...DIGIT]).flat();
const exactly = (text: string): Place[] => Array.from(text).map((character) => ({ exactly: character }));
const CODE: readonly Place[] = ["nonzero", "digit"];

/** `123.45` or `1234`. */
function number(text: string): string {
  return text.length === 5 ? `${text.slice(0, 3)}.${text.slice(3)}` : text;
}

function dashed(head: number): Form["write"] {
  return (text) => `${text.slice(0, head)}-${number(text.slice(head))}`;
}

function serial(kind: Kind, series: readonly Place[], write?: (head: number) => Form["write"]): Form[] {
  return [4, 5].map((count) => {
    const head = CODE.length + series.length;
    return { kind, head, places: [...CODE, ...series, ...digits(count)], write: (write ?? dashed)(head) };
  });
}

/** Written with Đ, which plates of small mopeds bear and readers give as D. */
function barred(head: number): Form["write"] {
  return (text) => dashed(head)(`${text.slice(0, 3)}Đ${text.slice(4)}`);
}

function diplomatic(mark: string): Form[] {
  const country = [2, 3].map(
    (count): Form => ({
      kind: "diplomatic",
      head: 5,
      places: [...CODE, ...digits(3), ...exactly(mark), ...digits(count)],
      write: (text) => [text.slice(0, 2), text.slice(2, 5), text.slice(5, 7), text.slice(7)].join("-"),
    }),
  );
  const short: Form = {
    kind: "diplomatic",
    head: 4,
    places: [...CODE, ...exactly(mark), ...digits(5)],
    write: dashed(4),
  };
  return [...country, short];
}

/** In order of how common they are: the earlier one wins where a text fits several. */
export const FORMS: readonly Form[] = [
  ...serial("motorcycle", exactly("MD"), barred),
  ...serial("motorcycle", [...exactly("MD"), "nonzero"], barred),
  ...serial("car", ["letter"]),
  ...serial("motorcycle", ["letter", "series"]),
  ...SPECIAL.flatMap((series) => serial("special", exactly(series))),
  ...MISSIONS.flatMap(diplomatic),
  ...[4, 5, 6].map(
    (count): Form => ({
      kind: "army",
      head: 2,
      places: ["state", "state", ...digits(count)],
      write: (text) =>
        count === 4
          ? `${text.slice(0, 2)} ${text.slice(2, 4)}-${text.slice(4)}`
          : `${text.slice(0, 2)} ${text.slice(2)}`,
    }),
  ),
];

/** Whether a character may stand at a place. */
export function allows(place: Place, character: string): boolean {
  if (place === "digit") return /^\d$/.test(character);
  if (place === "nonzero") return /^[1-9]$/.test(character);
  if (place === "letter") return FIRST.includes(character);
  if (place === "series") return SECOND.includes(character);
  if (place === "state") return /^[A-Z]$/.test(character);
  return place.exactly === character;
}

/** Forms that a text fits letter by letter, its code one that is in use; best first. */
export function formsOf(text: string, firstLine?: number): Form[] {
  const fitting = FORMS.filter(
    (form) =>
      form.places.length === text.length &&
      form.places.every((place, index) => allows(place, text[index] ?? "")) &&
      hasCode(form, text),
  );
  // `61A12345` is a car's, or an old motorcycle's `61A1-2345`: the line break tells.
  const broken = fitting.filter((form) => form.head === firstLine);
  return broken.length > 0 ? [...broken, ...fitting.filter((form) => !broken.includes(form))] : fitting;
}

export function hasCode({ kind }: Form, text: string): boolean {
  return kind === "army" || provinceOf(text.slice(0, 2)) !== undefined;
}

// Every picture against every other: enough impostor pairs to speak of one false match in ten thousand.
import type { FaceSet } from "./face-set.ts";
import { shareAtLeast, thresholdForRate } from "./verification.ts";

export interface AllPairs {
  readonly genuine: number;
  readonly impostors: number;
  readonly tarAt1e4: number;
  readonly thresholdForFmr: Readonly<Record<"1e-2" | "1e-3" | "1e-4", number>>;
}

/** Undefined where the labels don't say who is on every picture. */
export function allPairs(set: FaceSet, vectors: ReadonlyMap<string, Float32Array>): AllPairs | undefined {
  const people = peopleOf(set);
  if (people === undefined) return undefined;
  const rows = [...vectors].map(([file, vector]) => ({ person: people.get(file), vector }));
  const genuine: number[] = [];
  const impostors = new Float32Array((rows.length * (rows.length - 1)) / 2);
  let others = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < i; j++) {
      const score = cosine(rows[i]?.vector, rows[j]?.vector);
      if (rows[i]?.person === rows[j]?.person) genuine.push(score);
      else impostors[others++] = score;
    }
  }
  const scores = impostors.subarray(0, others);
  if (genuine.length === 0 || others === 0) return undefined;
  const threshold = (rate: number): number => thresholdForRate(scores, rate);
  return {
    genuine: genuine.length,
    impostors: others,
    tarAt1e4: shareAtLeast(genuine, threshold(1e-4)),
    thresholdForFmr: { "1e-2": threshold(1e-2), "1e-3": threshold(1e-3), "1e-4": threshold(1e-4) },
  };
}

/** Dot product of unit vectors; −1 where one is missing, as if nothing spoke for the match. */
export function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined) return -1;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Person of each file: from the watch list, else from names like `Abel_Pacheco_0001.jpg`. */
function peopleOf(set: FaceSet): Map<string, string> | undefined {
  const listed = new Map(set.watchList.map(({ file, identity }) => [file, identity]));
  const people = new Map<string, string>();
  for (const file of set.files) {
    const person = listed.get(file) ?? /^(.+)_\d{3,}\.\w+$/.exec(file)?.[1];
    if (person === undefined) return undefined;
    people.set(file, person);
  }
  return people;
}

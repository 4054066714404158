// Levels of density: Fruin's A to F, which fall back only when clearly left, and the five that a Vietnamese screen shows.

/** Persons per square metre from which a level begins (Fruin 1971, as FORMATS §7 gives them). */
export const LEVEL_FROM = { A: 0, B: 0.43, C: 1, D: 2, E: 3.5, F: 5 } as const;
export type DensityLevel = keyof typeof LEVEL_FROM;

/** thấp, trung bình, cao, rất cao, nguy hiểm. */
export type Crowding = "low" | "medium" | "high" | "very-high" | "dangerous";

const CROWDING: Readonly<Record<DensityLevel, Crowding>> = {
  A: "low",
  B: "low",
  C: "medium",
  D: "high",
  E: "very-high",
  F: "dangerous",
};

/** A level is left downwards below this share of where it begins: raising it flickers, lowering it holds on. */
const LEFT_BELOW = 0.9;

/** The level of a density, persons/m². */
export function levelOf(density: number): DensityLevel {
  const levels = Object.entries(LEVEL_FROM) as [DensityLevel, number][];
  return levels.findLast(([, from]) => density >= from)?.[0] ?? "A";
}

/** The level after one that was shown before. */
export function nextLevel(before: DensityLevel | undefined, density: number): DensityLevel {
  const now = levelOf(density);
  if (before === undefined || now >= before) return now;
  // Down, but not further than the density is clearly below.
  const held = levelOf(density / LEFT_BELOW);
  return held < before ? held : before;
}

/** The screen's word for a level. */
export function crowdingOf(level: DensityLevel): Crowding {
  return CROWDING[level];
}

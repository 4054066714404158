// People per square metre of ground at or above a level, held.
import { countsHeads, densityIn, peopleIn } from "./people.ts";
import { zoneAlert } from "./zone-alert.ts";

/** Persons per square metre from which a level begins (FORMATS §7). */
export const LEVEL_FROM = { A: 0, B: 0.43, C: 1, D: 2, E: 3.5, F: 5 } as const;
export type DensityLevel = keyof typeof LEVEL_FROM;

/** How long the level must hold; raising it ignores platoons that walk through, lowering it alerts to each of them. */
const HOLD_S = 10;

/** The level of a density, persons/m². */
export function levelOf(density: number): DensityLevel {
  const levels = Object.entries(LEVEL_FROM) as [DensityLevel, number][];
  return levels.findLast(([, from]) => density >= from)?.[0] ?? "A";
}

export const crowdDensity = zoneAlert({
  kind: "crowd-density",
  version: 1,
  needsGround: true,
  initial: null,
  holdS: (config) => config.hold_s ?? HOLD_S,
  measure(memory, frame, zone, config) {
    const persons = peopleIn(zone, frame).length;
    const density = densityIn(zone, persons);
    if (density === undefined) return { memory, measured: undefined };
    const limit = LEVEL_FROM[config.level];
    const counted = countsHeads(frame) ? "heads" : "persons";
    return {
      memory,
      measured: {
        value: density,
        limit,
        inclusive: true,
        persons,
        data: { level: levelOf(density) },
        because: { persons, density, limit, level: config.level, area_m2: zone.areaM2, counted },
      },
    };
  },
});

// People per square metre of ground at or above a level, held.
import { LEVEL_FROM, levelOf } from "./level.ts";
import { countedBy, countQuality, densityIn, personsIn } from "./people.ts";
import { zoneAlert } from "./zone-alert.ts";

/** How long the level must hold; raising it ignores platoons that walk through, lowering it alerts to each of them. */
const HOLD_S = 10;

export const crowdDensity = zoneAlert({
  kind: "crowd-density",
  version: 1,
  needsGround: true,
  initial: null,
  holdS: (config) => config.hold_s ?? HOLD_S,
  measure(memory, frame, zone, config) {
    const persons = personsIn(zone, frame);
    const density = densityIn(zone, persons);
    if (density === undefined) return { memory, measured: undefined };
    const limit = LEVEL_FROM[config.level];
    const counted = countedBy(zone, frame);
    return {
      memory,
      measured: {
        value: density,
        limit,
        inclusive: true,
        persons,
        data: { level: levelOf(density), ...countQuality(zone, frame, persons) },
        because: { persons, density, limit, level: config.level, area_m2: zone.areaM2, counted },
      },
    };
  },
});

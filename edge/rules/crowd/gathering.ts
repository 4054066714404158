// People who stand together round a middle.
import type { Point } from "../../geometry/box.ts";
import { withinHours } from "../hours.ts";
import { peopleIn } from "./people.ts";
import { zoneAlert } from "./zone-alert.ts";

/** People it takes; raising it ignores families. */
const PERSONS = 7;
/** How far from the middle they stand; raising it joins neighbouring groups. */
const RADIUS_M = 2;
/** How long they must stay; raising it ignores greetings. */
const HOLD_S = 15;

export const gathering = zoneAlert({
  kind: "gathering",
  version: 1,
  needsGround: true,
  initial: null,
  holdS: (config) => config.hold_s ?? HOLD_S,
  measure(memory, frame, zone, config) {
    const people = peopleIn(zone, frame);
    const radiusM = config.radius_m ?? RADIUS_M;
    const applies = config.hours === undefined || withinHours(config.hours, frame.captureMs);
    const places = people.filter((user) => user.standingSinceMs !== undefined).map(({ place }) => place);
    const { count, middle } = applies ? largestGroup(places, radiusM) : { count: 0, middle: undefined };
    const limit = config.persons ?? PERSONS;
    return {
      memory,
      measured: {
        value: count,
        limit,
        inclusive: true,
        persons: count,
        because: {
          standing_together: count,
          limit,
          radius_m: radiusM,
          middle: middle === undefined ? null : [middle.x, middle.y],
          in_zone: people.length,
        },
      },
    };
  },
});

/**
 * The most places within `radiusM` of a middle. A largest disc can be moved until two places lie on its rim, so
 * trying every such disc (and every place as a middle) finds it.
 */
function largestGroup(
  places: readonly Point[],
  radiusM: number,
): { count: number; middle: Point | undefined } {
  let count = 0;
  let middle: Point | undefined;
  for (const a of places) {
    const near = places.filter((b) => Math.hypot(b.x - a.x, b.y - a.y) <= 2 * radiusM);
    if (near.length <= count) continue;
    const attempt = (x: number, y: number): void => {
      let within = 0;
      for (const place of near) if (Math.hypot(place.x - x, place.y - y) <= radiusM + 1e-9) within++;
      if (within <= count) return;
      count = within;
      middle = { x, y };
    };
    attempt(a.x, a.y);
    for (const b of near) {
      const half = Math.hypot(b.x - a.x, b.y - a.y) / 2;
      if (half === 0) continue;
      // The disc with both on its rim, to one side; the other side comes with the places in turn.
      const height = Math.sqrt(Math.max(0, radiusM * radiusM - half * half)) / (2 * half);
      attempt((a.x + b.x) / 2 - (b.y - a.y) * height, (a.y + b.y) / 2 + (b.x - a.x) * height);
    }
  }
  return { count, middle };
}

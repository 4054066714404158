// A crowd that cannot move on: several people, and half of them all but stand.
import { peopleIn } from "./people.ts";
import { zoneAlert } from "./zone-alert.ts";

/** People it takes; lowering it alerts to a pair that talks. */
const PERSONS = 5;
/** Median walking speed below which nothing moves, m/s. */
const SLOW_MS = 0.25;
/** How long it must hold; raising it forgives a wait at a kerb. */
const HOLD_S = 8;

export const flowBlocked = zoneAlert({
  kind: "flow-blocked",
  version: 1,
  needsGround: false,
  initial: null,
  holdS: (config) => config.hold_s ?? HOLD_S,
  measure(memory, frame, zone, config) {
    const people = peopleIn(zone, frame);
    // Who stands by the trail's judgement has no speed, however much the box shakes.
    const speeds = people.flatMap(({ standingSinceMs, speedMs }) =>
      standingSinceMs !== undefined ? [0] : speedMs === undefined ? [] : [speedMs],
    );
    const median = speeds.sort((a, b) => a - b)[speeds.length >> 1];
    const limit = config.persons ?? PERSONS;
    const slow = median !== undefined && median < SLOW_MS;
    return {
      memory,
      measured: {
        value: slow ? people.length : 0,
        limit,
        inclusive: true,
        persons: people.length,
        because: { persons: people.length, limit, median_speed_ms: median ?? null, slow_below_ms: SLOW_MS },
      },
    };
  },
});

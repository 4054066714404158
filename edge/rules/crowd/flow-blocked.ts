// A crowd that cannot move on: several people, and half of them all but stand.
import { peopleIn } from "./people.ts";
import { zoneAlert } from "./zone-alert.ts";

/** People it takes; lowering it alerts to a pair that talks. */
const PERSONS = 5;
/** Median walking speed below which nothing moves, m/s. */
const SLOW_MS = 0.25;
/** How people walk whose speed is not known yet, m/s. */
const USUAL_MS = 1.2;
/** How long it must hold; raising it forgives a wait at a kerb. */
const HOLD_S = 8;

export const flowBlocked = zoneAlert({
  kind: "flow-blocked",
  version: 2,
  needsGround: false,
  initial: null,
  holdS: (config) => config.hold_s ?? HOLD_S,
  measure(memory, frame, zone, config) {
    const people = peopleIn(zone, frame);
    // Who stands by the trail's judgement has no speed, however much the box shakes; who has just come is walking.
    const speeds = people.map(({ standingSinceMs, speedMs }) =>
      standingSinceMs !== undefined ? 0 : (speedMs ?? USUAL_MS),
    );
    const median = medianOf(speeds);
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

function medianOf(values: number[]): number | undefined {
  values.sort((a, b) => a - b);
  const lower = values[Math.ceil(values.length / 2) - 1];
  const upper = values[values.length >> 1];
  return lower === undefined || upper === undefined ? undefined : (lower + upper) / 2;
}

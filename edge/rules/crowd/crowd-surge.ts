// Many more people in a zone within seconds.
import { type CountHistory, NO_HISTORY, remember } from "./count-history.ts";
import { peopleIn } from "./people.ts";
import { zoneAlert } from "./zone-alert.ts";

/** Relative change, people and seconds it takes: raising the first two or lowering the last ignores more ordinary coming and going. */
const RATIO = 0.6;
const PERSONS = 10;
const WINDOW_S = 8;

export const crowdSurge = zoneAlert<CountHistory, "crowd-surge">({
  kind: "crowd-surge",
  version: 1,
  needsGround: false,
  initial: NO_HISTORY,
  holdS: (config) => config.hold_s ?? 0,
  measure(memory, frame, zone, config) {
    const ratio = config.ratio ?? RATIO;
    const persons = config.persons ?? PERSONS;
    const windowS = config.window_s ?? WINDOW_S;
    const history = remember(memory, frame.tMs, peopleIn(zone, frame).length, windowS * 1000);
    const now = history.entries.at(-1);
    if (now === undefined) return { memory: history, measured: undefined };
    const then = history.entries.reduce((a, b) => (a.persons <= b.persons ? a : b));
    const change = now.persons - then.persons;
    const share = change / Math.max(1, then.persons);
    return {
      memory: history,
      measured: {
        // One when both the people and the share are full.
        value: Math.min(change / persons, share / ratio),
        limit: 1,
        inclusive: true,
        persons: now.persons,
        because: {
          persons: now.persons,
          before: then.persons,
          before_ms: then.tMs,
          change_ratio: share,
          required_persons: persons,
          required_ratio: ratio,
          window_s: windowS,
        },
      },
    };
  },
});

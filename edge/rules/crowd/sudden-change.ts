// How much a zone's count changed within seconds: what a surge and a dispersal measure, one up, the other down.
import type { RuleConfig } from "../../../config/rule.ts";
import type { RoadUser } from "../road-user.ts";
import type { Rule } from "../rule.ts";
import type { Measure } from "./alert.ts";
import { blinded, type CountHistory, NO_HISTORY, remember } from "./count-history.ts";
import { divergenceOf } from "./divergence.ts";
import { countedBy, peopleIn, personsIn } from "./people.ts";
import { type ZoneAlertState, zoneAlert } from "./zone-alert.ts";

type Kind = "crowd-surge" | "crowd-dispersal";

/** People and seconds it takes: raising the first or lowering the last ignores more ordinary coming and going. */
const PERSONS = 10;
const WINDOW_S = 8;

/** That so many go unseen in one and the same frame is no dispersal: the light went, or the lens is covered. */
const BLIND_PEOPLE = 10;

/** `direction` is 1 for growth and −1 for decline; `ratio` the default share of the people there before. */
export function suddenChange<K extends Kind>(
  kind: K,
  direction: 1 | -1,
  defaultRatio: number,
): Rule<ZoneAlertState<CountHistory>, K> {
  return zoneAlert<CountHistory, K>({
    kind,
    version: 1,
    needsGround: false,
    initial: NO_HISTORY,
    holdS: (config) => config.hold_s ?? 0,
    measure(memory, frame, zone, config) {
      const windowMs = (config.window_s ?? WINDOW_S) * 1000;
      const people = peopleIn(zone, frame);
      const followed = countedBy(zone, frame) !== "density";
      const history =
        followed && isBlind(people)
          ? blinded(memory, frame.tMs)
          : remember(memory, frame.tMs, personsIn(zone, frame), windowMs);
      const change = measured(history, config, direction, defaultRatio);
      const divergence = divergenceOf(people);
      return {
        memory: history,
        measured:
          change === undefined || divergence === undefined
            ? change
            : { ...change, because: { ...change.because, divergence_per_s: divergence } },
      };
    },
  });
}

function measured(
  { entries }: CountHistory,
  config: RuleConfig<Kind>,
  direction: 1 | -1,
  defaultRatio: number,
): Measure | undefined {
  const now = entries.at(-1);
  if (now === undefined) return undefined;
  const ratio = config.ratio ?? defaultRatio;
  const persons = config.persons ?? PERSONS;
  const then = entries.reduce((a, b) => ((a.persons - b.persons) * direction <= 0 ? a : b));
  const change = (now.persons - then.persons) * direction;
  const share = change / Math.max(1, then.persons);
  return {
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
      window_s: config.window_s ?? WINDOW_S,
    },
  };
}

/** Whether a crowd that was followed until now is not seen at all. */
function isBlind(people: readonly RoadUser[]): boolean {
  return people.length >= BLIND_PEOPLE && people.every(({ track }) => !track.observed);
}

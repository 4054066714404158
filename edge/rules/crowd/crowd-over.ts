// More people in a zone than it holds.
import type { RuleConfig } from "../../../config/rule.ts";
import type { Scene } from "../../scene/scene.ts";
import type { Rule } from "../rule.ts";
import { type AlertRule, type AlertState, closeAlert, NO_ALERT, stepAlert } from "./alert.ts";
import { countedBy, countQuality, personsIn } from "./people.ts";

/** How long the capacity must be exceeded; raising it ignores groups that walk through. */
const HOLD_S = 2;

export const crowdOver: Rule<AlertState, "crowd-over"> = {
  kind: "crowd-over",
  version: 1,
  needs: (config) => [{ kind: "zone", name: config.zone, key: "zone", kinds: ["crowd"] }],
  faults(config, camera) {
    const zone = camera.zones?.find((candidate) => candidate.name === config.zone);
    const limited = config.persons !== undefined || zone === undefined || zone.capacity !== undefined;
    return limited ? [] : [{ key: "zone", allowed: "a zone with a `capacity`, or `persons` in the rule" }];
  },
  initial: () => NO_ALERT,

  step(state, frame, config, scene) {
    const rule = alertRule(config, scene);
    const limit = config.persons ?? rule?.zone.capacity;
    if (rule === undefined || limit === undefined) return { state, observations: [] };
    const persons = personsIn(rule.zone, frame);
    const measure = {
      value: persons,
      limit,
      inclusive: false,
      persons,
      data: { capacity: limit, ...countQuality(rule.zone, frame, persons) },
      because: { persons, limit, counted: countedBy(rule.zone, frame) },
    };
    return stepAlert(state, frame.tMs, measure, rule, scene);
  },

  close(state, tMs, reason, config, scene) {
    const rule = alertRule(config, scene);
    return rule === undefined ? { state, observations: [] } : closeAlert(state, tMs, reason, rule, scene);
  },
};

function alertRule(config: RuleConfig<"crowd-over">, scene: Scene): AlertRule | undefined {
  const zone = scene.zones.get(config.zone);
  if (zone === undefined) return undefined;
  return { kind: "crowd-over", name: config.name, zone, holdMs: (config.hold_s ?? HOLD_S) * 1000 };
}

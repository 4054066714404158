// A crowd rule of the usual kind: one measure over one zone, one alert with a life of its own.
import type { RuleConfig } from "../../../config/rule.ts";
import type { Scene, SceneZone } from "../../scene/scene.ts";
import type { Rule, RuleFrame, SceneNeed } from "../rule.ts";
import { type AlertRule, type AlertState, closeAlert, type Measure, NO_ALERT, stepAlert } from "./alert.ts";

export type ZoneAlertKind =
  | "crowd-density"
  | "crowd-surge"
  | "crowd-dispersal"
  | "counter-flow"
  | "flow-blocked"
  | "gathering"
  | "loitering";

export interface ZoneAlertState<M> {
  readonly alert: AlertState;
  /** What the measure remembers from frame to frame; plain data. */
  readonly memory: M;
}

export interface ZoneAlert<M, K extends ZoneAlertKind> {
  readonly kind: K;
  readonly version: number;
  /** Whether it measures in metres and cannot run without `ground`. */
  readonly needsGround: boolean;
  readonly initial: M;
  holdS(config: RuleConfig<K>): number;
  /** Undefined measures: nothing can be said of this frame, and the alert stays as it is. */
  measure(
    memory: M,
    frame: RuleFrame,
    zone: SceneZone,
    config: RuleConfig<K>,
    scene: Scene,
  ): { readonly memory: M; readonly measured: Measure | undefined };
}

/** The rule around a measure: needs, state, alert and close. */
export function zoneAlert<M, K extends ZoneAlertKind>(spec: ZoneAlert<M, K>): Rule<ZoneAlertState<M>, K> {
  const alertRule = (config: RuleConfig<K>, scene: Scene): AlertRule | undefined => {
    const zone = scene.zones.get(config.zone);
    return zone === undefined
      ? undefined
      : { kind: spec.kind, name: config.name, zone, holdMs: spec.holdS(config) * 1000 };
  };
  return {
    kind: spec.kind,
    version: spec.version,
    needs: (config): readonly SceneNeed[] => [
      { kind: "zone", name: config.zone, key: "zone" },
      ...(spec.needsGround ? [{ kind: "ground", key: "zone" } as const] : []),
    ],
    initial: () => ({ alert: NO_ALERT, memory: spec.initial }),
    step(state, frame, config, scene) {
      const rule = alertRule(config, scene);
      if (rule === undefined) return { state, observations: [] };
      const { memory, measured } = spec.measure(state.memory, frame, rule.zone, config, scene);
      if (measured === undefined) return { state: { alert: state.alert, memory }, observations: [] };
      const stepped = stepAlert(state.alert, frame.tMs, measured, rule, scene);
      return { state: { alert: stepped.state, memory }, observations: stepped.observations };
    },
    close(state, tMs, reason, config, scene) {
      const rule = alertRule(config, scene);
      if (rule === undefined) return { state, observations: [] };
      const closed = closeAlert(state.alert, tMs, reason, rule, scene);
      return { state: { ...state, alert: closed.state }, observations: closed.observations };
    },
  };
}

// The life of a crowd alert: opened once a limit was exceeded for long enough, updated, closed with hysteresis.
import type { RuleKind } from "../../../config/rule.ts";
import type { Scene, SceneZone } from "../../scene/scene.ts";
import { heldMs, type Hold, hold, NOT_HELD } from "../hold.ts";
import type { Observation, Step } from "../rule.ts";
import { densityIn } from "./people.ts";

/** It closes below this share of the limit, held for this long. */
const CLOSE_BELOW = 0.9;
const CLOSE_AFTER_MS = 5000;
/** Least time between two updates of an open alert. */
const UPDATE_EVERY_MS = 10_000;

export interface AlertState {
  readonly over: Hold;
  readonly below: Hold;
  readonly open?: {
    readonly openedMs: number;
    readonly peak: number;
    readonly updatedMs: number;
    readonly persons: number;
  };
}

export const NO_ALERT: AlertState = { over: NOT_HELD, below: NOT_HELD };

/** What a crowd rule measured in one frame. */
export interface Measure {
  /** The measured value and the limit it is held against: people, persons/m², a ratio … */
  readonly value: number;
  readonly limit: number;
  /** Whether the limit itself already counts as exceeded. */
  readonly inclusive: boolean;
  readonly persons: number;
  readonly because: Readonly<Record<string, unknown>>;
  /** Further keys of the event's data. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface AlertRule {
  readonly kind: RuleKind;
  readonly name?: string | undefined;
  readonly zone: SceneZone;
  readonly holdMs: number;
}

/** Moves the alert of one rule and zone on by one frame. */
export function stepAlert(
  state: AlertState,
  tMs: number,
  measure: Measure,
  rule: AlertRule,
  scene: Scene,
): Step<AlertState> {
  const { value, limit, inclusive } = measure;
  const over = hold(state.over, tMs, inclusive ? value >= limit : value > limit);
  const below = hold(state.below, tMs, value < limit * CLOSE_BELOW);
  const { open } = state;
  if (open === undefined) {
    if (over.sinceMs === undefined || over.lapsedMs !== undefined || heldMs(over, tMs) < rule.holdMs) {
      return { state: { over, below }, observations: [] };
    }
    const opened = { openedMs: tMs, peak: measure.persons, updatedMs: tMs, persons: measure.persons };
    const because = { ...measure.because, since_ms: over.sinceMs, hold_ms: rule.holdMs };
    return {
      state: { over, below, open: opened },
      observations: [observe("opened", tMs, measure.persons, rule, scene, { ...measure.data, because })],
    };
  }
  const peak = Math.max(open.peak, measure.persons);
  if (heldMs(below, tMs) >= CLOSE_AFTER_MS) {
    const because = {
      ...measure.because,
      opened_ms: open.openedMs,
      below_since_ms: below.sinceMs ?? tMs,
      peak,
    };
    return {
      state: { over, below },
      observations: [observe("closed", tMs, measure.persons, rule, scene, { ...measure.data, because })],
    };
  }
  if (tMs - open.updatedMs >= UPDATE_EVERY_MS && measure.persons !== open.persons) {
    const because = { ...measure.because, opened_ms: open.openedMs, peak };
    return {
      state: { over, below, open: { ...open, peak, updatedMs: tMs, persons: measure.persons } },
      observations: [observe("updated", tMs, measure.persons, rule, scene, { ...measure.data, because })],
    };
  }
  return { state: { over, below, open: peak === open.peak ? open : { ...open, peak } }, observations: [] };
}

/** Closes what is open because its scene changed; at the end of a replay an alert stays open, as it is. */
export function closeAlert(
  state: AlertState,
  tMs: number,
  reason: "end" | "scene_changed",
  rule: AlertRule,
  scene: Scene,
): Step<AlertState> {
  const { open } = state;
  if (open === undefined || reason === "end") return { state, observations: [] };
  const because = { opened_ms: open.openedMs, peak: open.peak };
  return {
    state: NO_ALERT,
    observations: [observe("closed", tMs, open.persons, rule, scene, { reason, because })],
  };
}

function observe(
  state: "opened" | "updated" | "closed",
  tMs: number,
  persons: number,
  rule: AlertRule,
  scene: Scene,
  data: Readonly<Record<string, unknown>>,
): Observation {
  const density = densityIn(rule.zone, persons);
  return {
    type: "vn.ngatu.crowd.alert.v1",
    subject: [scene.camera, rule.zone.name, rule.kind, ...(rule.name === undefined ? [] : [rule.name])].join(
      "/",
    ),
    tMs,
    data: {
      rule: rule.kind,
      zone: rule.zone.name,
      state,
      persons,
      ...(density === undefined ? {} : { density }),
      ...data,
    },
  };
}

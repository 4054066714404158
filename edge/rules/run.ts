// Runs all rules of a scene over its frames, holds back what may not become a case, and survives a changed scene.
import type { RuleConfig } from "../../config/rule.ts";
import type { Withheld } from "../../contract/traffic.ts";
import { hashOf } from "../scene/hash.ts";
import type { Scene } from "../scene/scene.ts";
import { NO_SAMPLES, type SamplesState, stepSamples } from "./crowd/samples.ts";
import { type AnyRule, ruleOf } from "./registry.ts";
import { createRepeatGuard } from "./repeat.ts";
import type { Observation, RuleFrame, SceneNeed } from "./rule.ts";
import { type LineCountState, type LineTotal, totalsOf } from "./traffic/line-count.ts";

/** Open rule state, plain data: saved every second, so that a restart neither repeats nor orphans an alert. */
export interface RuleSnapshot {
  readonly samples: SamplesState;
  /** By the rule's identity in the scene. `geometry` hashes what it stands on. */
  readonly rules: Readonly<Record<string, { readonly geometry: string; readonly state: unknown }>>;
}

export interface RuleRun {
  readonly scene: Scene;
  step(frame: RuleFrame): readonly Observation[];
  /** Takes another scene between two frames; a rule whose zone, line or lane is not the same closes. */
  changeScene(scene: Scene, tMs: number): readonly Observation[];
  /** The end of a replay: what has been counted so far comes out. */
  close(tMs: number): readonly Observation[];
  /** Running totals of every counted line. */
  totals(): readonly LineTotal[];
  snapshot(): RuleSnapshot;
  /** Takes over what still fits the scene; the rest starts anew. */
  restore(snapshot: RuleSnapshot): void;
}

interface Running {
  readonly key: string;
  readonly config: RuleConfig;
  readonly rule: AnyRule;
  readonly geometry: string;
  state: unknown;
}

export function createRuleRun(first: Scene): RuleRun {
  let scene = first;
  let running = instances(scene);
  let samples = NO_SAMPLES;
  const repeats = createRepeatGuard();

  const complete = (one: Running, observations: readonly Observation[]): Observation[] =>
    observations.map((observation) => ({
      ...observation,
      data: {
        ...observation.data,
        rule_version: one.rule.version,
        t_ms: observation.tMs,
        ...(one.config.name === undefined ? {} : { name: one.config.name }),
        ...(one.config.severity === undefined ? {} : { severity: one.config.severity }),
      },
    }));

  const closeOne = (
    one: Running,
    tMs: number,
    reason: "end" | "scene_changed",
    under: Scene,
  ): Observation[] => {
    const closed = one.rule.close?.(one.state, tMs, reason, one.config, under);
    if (closed === undefined) return [];
    one.state = closed.state;
    return complete(one, closed.observations);
  };

  const isRepeat = (observation: Observation, key: string): boolean => {
    if (!observation.type.startsWith("vn.ngatu.traffic.")) return false;
    const track = observation.data["track"] as { id?: number } | undefined;
    const { exclusive } = observation;
    return track?.id !== undefined && repeats.isRepeat(exclusive ?? key, track.id, exclusive !== undefined);
  };

  return {
    get scene() {
      return scene;
    },
    step(frame) {
      repeats.step(frame.users, frame.tMs);
      const sampled = stepSamples(samples, frame, scene);
      samples = sampled.state;
      const observations = sampled.observations.map((sample) => doubted(sample, frame));
      for (const one of running) {
        const stepped = one.rule.step(one.state, frame, one.config, scene);
        one.state = stepped.state;
        if (stepped.observations.length === 0) continue;
        for (const observation of complete(one, stepped.observations)) {
          if (!isRepeat(observation, one.key)) observations.push(withhold(observation, frame, one.config));
        }
      }
      return observations;
    },
    changeScene(next, tMs) {
      const before = new Map(running.map((one) => [one.key, one]));
      const fresh = instances(next);
      for (const one of fresh) {
        const old = before.get(one.key);
        if (old === undefined || old.geometry !== one.geometry) continue;
        one.state = old.state;
        before.delete(one.key);
      }
      const observations = [...before.values()].flatMap((one) => closeOne(one, tMs, "scene_changed", scene));
      scene = next;
      running = fresh;
      return observations;
    },
    close: (tMs) => running.flatMap((one) => closeOne(one, tMs, "end", scene)),
    totals: () =>
      running.flatMap(({ config, state }) =>
        config.rule === "line-count" ? totalsOf(config.line, state as LineCountState) : [],
      ),
    snapshot: () => ({
      samples,
      rules: Object.fromEntries(
        running.map((one) => [one.key, { geometry: one.geometry, state: one.state }]),
      ),
    }),
    restore(snapshot) {
      samples = snapshot.samples;
      for (const one of running) {
        const saved = snapshot.rules[one.key];
        if (saved !== undefined && saved.geometry === one.geometry) one.state = saved.state;
      }
    },
  };
}

/** The scene's rules with fresh state. A rule's identity is its kind, what it stands on and its name. */
function instances(scene: Scene): Running[] {
  const seen = new Map<string, number>();
  return scene.rules.map((config) => {
    const rule = ruleOf(config.rule);
    if (rule === undefined)
      throw new Error(`rule ${config.rule} is not in the registry; the scene was not built`);
    const needs = rule.needs(config).filter((need) => need.name !== undefined);
    const base = [
      config.rule,
      ...needs.map((need) => `${need.kind}:${need.name ?? ""}`),
      config.name ?? "",
    ].join("/");
    const repeat = seen.get(base) ?? 0;
    seen.set(base, repeat + 1);
    return {
      key: repeat === 0 ? base : `${base}#${repeat}`,
      config,
      rule,
      geometry: geometryOf(needs, scene),
      state: rule.initial(config, scene),
    };
  });
}

/** Form of the states: one saved in another form is not taken over. */
const STATE_FORM = 5;

/** Hash of what a rule stands on: its zones, lanes and lines, without limits that may change under an open alert. */
function geometryOf(needs: readonly SceneNeed[], scene: Scene): string {
  const parts = needs.map(({ kind, name = "" }) => {
    if (kind === "zone") return scene.zones.get(name)?.polygon ?? null;
    if (kind === "lane") return { ...scene.lanes.get(name), classes: null, speedLimitKmh: null };
    if (kind === "line") return { ...scene.lines.get(name) };
    return name;
  });
  return hashOf([parts, scene.ground?.toGround ?? null, STATE_FORM]);
}

/** A case that may not be one becomes an observation that says why; an alert is told, and says that its zone may be elsewhere. */
function withhold(observation: Observation, frame: RuleFrame, config: RuleConfig): Observation {
  if (observation.type.startsWith("vn.ngatu.crowd.")) return doubted(observation, frame);
  if (observation.type !== "vn.ngatu.traffic.case.v1") return observation;
  const withheld = reasonToWithhold(observation, frame, config);
  if (withheld === undefined) return observation;
  return {
    ...observation,
    type: "vn.ngatu.traffic.observation.v1",
    data: { ...observation.data, withheld },
  };
}

/** Samples and alerts of zones that were drawn in another view than the camera now has. */
function doubted(observation: Observation, { sceneVerified }: RuleFrame): Observation {
  if (sceneVerified) return observation;
  return { ...observation, data: { ...observation.data, scene_verified: false } };
}

function reasonToWithhold(
  observation: Observation,
  frame: RuleFrame,
  config: RuleConfig,
): Withheld | undefined {
  if (!frame.sceneVerified) return "scene-unverified";
  if (frame.clock === "unknown") return "clock-unknown";
  if (frame.clock === "beyond-limit") return "clock-beyond-limit";
  const track = observation.data["track"] as { class?: string } | undefined;
  return track?.class !== undefined && config.exempt?.includes(track.class) === true ? "exempt" : undefined;
}

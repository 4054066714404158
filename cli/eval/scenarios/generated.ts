// Generated scenes for the judge: as many as asked for, with the rules in force and the noise chosen.
import type { RuleKind } from "../../../config/rule.ts";
import { ruleOf } from "../../../edge/rules/registry.ts";
import { CROWD_RULES, generateCrowd, generateOrdinary } from "../../../test/scenario/crowd/generate.ts";
import { L0, L1, type NoiseModel } from "../../../test/scenario/noise.ts";
import { type Scenario, writeScenario } from "../../../test/scenario/scenario.ts";
import { generateTraffic } from "../../../test/scenario/traffic/generate.ts";
import { JUNCTION_RULES } from "../../../test/scenario/traffic/junction.ts";
import { fittedNoise } from "./fitted-noise.ts";

export interface Generation {
  readonly count: number;
  readonly kind: "traffic" | "crowd";
  readonly noise: "L0" | "L1" | "L2";
  readonly seed: string;
  /** Crowd: hours of ordinary traffic. */
  readonly hours: number;
  readonly allRules?: boolean;
}

/** Length of one scene of ordinary people, seconds. */
const ORDINARY_S = 600;

export interface GeneratedScenario {
  readonly name: string;
  write(folder: string): void;
}

/** The scenes, made one at a time as they are asked for, and the rules left out since the release lacks them. */
export function generatedScenarios(generation: Generation): {
  readonly scenarios: Iterable<GeneratedScenario>;
  readonly notGenerated: readonly RuleKind[];
} {
  const noise = noiseOf(generation.noise);
  const wanted = generation.kind === "crowd" ? CROWD_RULES : JUNCTION_RULES;
  const known = wanted.filter((rule) => generation.allRules === true || ruleOf(rule) !== undefined);
  return {
    scenarios:
      generation.kind === "crowd" ? crowds(generation, known, noise) : junctions(generation, known, noise),
    notGenerated: wanted.filter((rule) => !known.includes(rule)),
  };
}

function* junctions(
  { count, seed }: Generation,
  rules: readonly RuleKind[],
  noise: NoiseModel,
): Generator<GeneratedScenario> {
  const asked = new Set(rules);
  for (let index = 0; index < count; index++) {
    yield ready(index, generateTraffic(`${seed}/${index}`, asked), noise);
  }
}

/** Scenes with an incident or something close to one, then hours of ordinary people. */
function* crowds(
  { count, seed, hours }: Generation,
  rules: readonly RuleKind[],
  noise: NoiseModel,
): Generator<GeneratedScenario> {
  for (let index = 0; index < count; index++)
    yield ready(index, generateCrowd(`${seed}/${index}`, rules), noise);
  const parts = Math.ceil((hours * 3600) / ORDINARY_S);
  for (let part = 0; part < parts; part++) {
    yield ready(count + part, generateOrdinary(`${seed}/${count + part}`, rules, ORDINARY_S), noise);
  }
}

function ready(index: number, scenario: Scenario, noise: NoiseModel): GeneratedScenario {
  return {
    name: `${String(index).padStart(4, "0")}-${scenario.name}`,
    write: (folder) => writeScenario(folder, scenario, noise),
  };
}

function noiseOf(level: Generation["noise"]): NoiseModel {
  if (level === "L0") return L0;
  return level === "L1" ? L1 : fittedNoise();
}

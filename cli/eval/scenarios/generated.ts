// Generated scenes for the judge: as many as asked for, with the rules in force and the noise chosen.
import { CROWD_RULES, generateCrowd, generateOrdinary } from "../../../test/scenario/crowd/generate.ts";
import type { RuleKind } from "../../../config/rule.ts";
import { ruleOf } from "../../../edge/rules/registry.ts";
import { L0, L1, type NoiseModel } from "../../../test/scenario/noise.ts";
import { type Scenario, writeScenario } from "../../../test/scenario/scenario.ts";
import { generateTraffic } from "../../../test/scenario/traffic/generate.ts";
import { breakable } from "../../../test/scenario/traffic/schedule.ts";
import { JUNCTION_RULES } from "../../../test/scenario/traffic/junction.ts";
import { fittedNoise } from "./fitted-noise.ts";

/** What is to be generated; plain data, so that it can be handed to a worker thread. */
export interface Generation {
  readonly count: number;
  readonly kind: "traffic" | "crowd";
  readonly noise: "L0" | "L1" | "L2";
  readonly seed: string;
  /** Crowd: hours of ordinary traffic, after the scenes with incidents. */
  readonly hours: number;
  readonly allRules: boolean;
}

export interface Generator {
  /** Scenes in all. */
  readonly count: number;
  /** Rules that scenes of this kind could have asked for, had this release had them. */
  readonly notGenerated: readonly RuleKind[];
  /** Makes scene number `index` (from 0), writes it under `parent` and returns its folder. */
  write(index: number, parent: string): string;
}

/** Length of one scene of ordinary people, seconds. */
const ORDINARY_S = 600;

/** Every scene depends on the seed and its own number alone, so they can be made in any order. */
export function createGenerator(generation: Generation): Generator {
  const { kind, seed } = generation;
  const noise = noiseOf(generation.noise);
  const wanted = kind === "crowd" ? CROWD_RULES : JUNCTION_RULES;
  const rules = wanted.filter((rule) => generation.allRules || ruleOf(rule) !== undefined);
  const ordinary = kind === "crowd" ? Math.ceil((generation.hours * 3600) / ORDINARY_S) : 0;

  const featured = kind === "traffic" ? breakable(rules) : [];

  const scene = (index: number): Scenario => {
    const own = `${seed}/${index}`;
    // Each rule has its scenes: by chance alone, what seldom comes off would have too few labels.
    if (kind === "traffic") return generateTraffic(own, new Set(rules), featured[index % featured.length]);
    return index < generation.count ? generateCrowd(own, rules) : generateOrdinary(own, rules, ORDINARY_S);
  };
  return {
    count: generation.count + ordinary,
    notGenerated: wanted.filter((rule) => !rules.includes(rule)),
    write(index, parent) {
      const scenario = scene(index);
      const folder = `${parent}/${String(index).padStart(4, "0")}-${scenario.name}`;
      writeScenario(folder, scenario, noise);
      return folder;
    },
  };
}

function noiseOf(level: Generation["noise"]): NoiseModel {
  if (level === "L0") return L0;
  return level === "L1" ? L1 : fittedNoise();
}

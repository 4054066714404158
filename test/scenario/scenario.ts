// A generated scene: the camera's file, what truly stood where at each frame, and what truly happened.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { CameraConfig } from "../../config/camera.ts";
import type { Moment } from "./body.ts";
import type { Label } from "./label.ts";
import type { Mast } from "./mast.ts";
import type { NoiseModel } from "./noise.ts";
import { createObserver } from "./observe.ts";
import { createRandom } from "./random.ts";
import type { TrueVolumes } from "./traffic/volumes.ts";

/** How many people truly were in a crowd zone, and per square metre of it. */
export interface TrueSample {
  readonly zone: string;
  readonly t_ms: number;
  readonly persons: number;
  readonly density: number;
}

export interface Scenario {
  readonly name: string;
  readonly seed: string;
  readonly mast: Mast;
  readonly camera: CameraConfig;
  readonly moments: readonly Moment[];
  readonly labels: readonly Label[];
  /** Once a second, for crowd zones. */
  readonly samples?: readonly TrueSample[];
  /** What truly passed a line and stood in a lane, for traffic. */
  readonly volumes?: TrueVolumes;
  /** Lawful acts that come close to a violation, for whoever reads a false case. */
  readonly nearMisses: readonly { readonly id: number; readonly name: string }[];
}

/** Writes a scenario folder (camera.yaml, detections.jsonl, labels.jsonl; of crowds samples.jsonl, of traffic volumes.json too) as a detector of this noise would see it. */
export function writeScenario(folder: string, scenario: Scenario, noise: NoiseModel): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "camera.yaml"), stringify(scenario.camera));
  writeFileSync(join(folder, "detections.jsonl"), detectionLines(scenario, noise));
  writeFileSync(join(folder, "labels.jsonl"), jsonLines(scenario.labels));
  if (scenario.samples !== undefined)
    writeFileSync(join(folder, "samples.jsonl"), jsonLines(scenario.samples));
  if (scenario.volumes !== undefined)
    writeFileSync(join(folder, "volumes.json"), JSON.stringify(scenario.volumes));
}

/** The text of detections.jsonl. */
export function detectionLines(scenario: Scenario, noise: NoiseModel): string {
  const observer = createObserver(scenario.mast, noise, createRandom(`${scenario.seed}/${noise.level}`));
  return jsonLines(scenario.moments.map((moment) => observer.observe(moment)));
}

function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

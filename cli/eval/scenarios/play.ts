// Runs the product over one scenario folder and collects what it claims.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CameraConfig } from "../../../config/camera.ts";
import { type Loaded, loadCamera } from "../../../config/load.ts";
import { replayIdentity } from "../../../edge/event/identity.ts";
import { createTruthVote } from "../../../edge/event/truth.ts";
import { createPipeline } from "../../../edge/pipeline.ts";
import { ruleOf } from "../../../edge/rules/registry.ts";
import { buildScene } from "../../../edge/scene/scene.ts";
import { replayDetections, surveyDetections } from "../../replay/detections.ts";
import { type Claim, claimOf } from "./claim.ts";
import type { Sample } from "./density.ts";
import { createPassageCount, type PassageCount } from "./passages.ts";
import type { VolumeClaim } from "./volumes.ts";

/** What the product said about a scenario. */
export interface Played {
  readonly passages: PassageCount;
  readonly claims: readonly Claim[];
  readonly samples: readonly Sample[];
  /** Counts over lines, flow and queues of lanes, in order of time. */
  readonly volumes: readonly VolumeClaim[];
  /** Rules of the camera file that this release does not have: their labels count as missed. */
  readonly notInForce: readonly string[];
  readonly mediaMs: number;
}

const VOLUMES = new Set(["vn.ngatu.count.v1", "vn.ngatu.traffic.flow.v1"]);

/** A folder that is no scenario. */
export class ScenarioFolderError extends Error {
  override readonly name = "ScenarioFolderError";
}

/** Rejects with ConfigError, DetectionsFileError or ScenarioFolderError. */
export async function playScenario(folder: string, signal: AbortSignal): Promise<Played> {
  const file = join(folder, "detections.jsonl");
  if (!existsSync(file)) throw new ScenarioFolderError(`${folder}: there is no detections.jsonl in it`);
  const loaded = loadCamera(join(folder, "camera.yaml"));
  const { known, notInForce } = inForce(loaded);
  const scene = buildScene(known);
  const survey = await surveyDetections(file);
  const pipeline = createPipeline({
    site: "eval",
    box: "eval",
    camera: scene.camera,
    modelHashes: {},
    identify: replayIdentity(survey.sha256),
    scene,
    truth: createTruthVote(),
  });
  const passages = createPassageCount(known.value);
  const claims: Claim[] = [];
  const samples: Sample[] = [];
  const volumes: VolumeClaim[] = [];
  const take = (events: readonly { readonly draft: { type: string; data: unknown } }[]): void => {
    for (const { draft } of events) {
      const claim = claimOf(draft);
      if (claim !== undefined) claims.push(claim);
      else if (draft.type === "vn.ngatu.crowd.sample.v1") samples.push(draft.data as Sample);
      else if (VOLUMES.has(draft.type)) volumes.push(draft.data as VolumeClaim);
    }
  };
  await replayDetections({
    file,
    survey,
    pipeline,
    startMs: 0,
    realtime: false,
    signal,
    onEvents: (events) => {
      take(events);
      return Promise.resolve();
    },
    onFrame: (_tMs, detections) => passages.see(detections),
  });
  take(pipeline.finish());
  return { passages, claims, samples, volumes, notInForce, mediaMs: survey.durationMs };
}

/** The camera file without the rules that this release does not have. */
function inForce(loaded: Loaded<CameraConfig>): { known: Loaded<CameraConfig>; notInForce: string[] } {
  const rules = loaded.value.rules ?? [];
  const missing = rules.filter(({ rule }) => ruleOf(rule) === undefined).map(({ rule }) => rule);
  if (missing.length === 0) return { known: loaded, notInForce: [] };
  const kept = rules.filter(({ rule }) => ruleOf(rule) !== undefined);
  return {
    known: { ...loaded, value: { ...loaded.value, rules: kept } },
    notInForce: [...new Set<string>(missing)],
  };
}

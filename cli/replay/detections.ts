// Replays a detections file: what it is, which scenes it uses, and its frames in lock step.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { pipeline as pipe } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { loadCamera } from "../../config/load.ts";
import type { Detection } from "../../edge/detect/detection.ts";
import { clipToPicture, readDetections } from "../../edge/detections-file.ts";
import type { PipelineEvent } from "../../edge/event/event-draft.ts";
import type { Pipeline } from "../../edge/pipeline.ts";
import { buildScene, type Scene } from "../../edge/scene/scene.ts";

/** What one look through the whole file tells: every fault of it is found before the first event. */
export interface DetectionsSurvey {
  readonly sha256: string;
  readonly frames: number;
  readonly durationMs: number;
  /** The least picture, 1280 × 720 or more, that holds every box: the scene's picture without a camera file. */
  readonly picture: { readonly width: number; readonly height: number };
  /** Scenes that lines change to, by the name written there. */
  readonly scenes: ReadonlyMap<string, Scene>;
  /** Their files' bytes, for the run seed. */
  readonly sceneHashes: readonly string[];
}

/** Rejects with DetectionsFileError or ConfigError. */
export async function surveyDetections(file: string): Promise<DetectionsSurvey> {
  const hash = createHash("sha256");
  await pipe(createReadStream(file), hash);
  const scenes = new Map<string, Scene>();
  const sceneHashes: string[] = [];
  let frames = 0;
  let durationMs = 0;
  let width = 1280;
  let height = 720;
  for await (const line of readDetections(file)) {
    durationMs = line.tMs;
    if (line.scene !== undefined && !scenes.has(line.scene)) {
      const path = resolve(dirname(file), line.scene);
      scenes.set(line.scene, buildScene(loadCamera(path)));
      sceneHashes.push(
        createHash("sha256")
          .update(await readFile(path))
          .digest("hex"),
      );
    }
    if (line.frame === undefined) continue;
    frames++;
    for (const { box } of line.frame.detections) {
      width = Math.max(width, Math.ceil(box.x2));
      height = Math.max(height, Math.ceil(box.y2));
    }
  }
  return { sha256: hash.digest("hex"), frames, durationMs, picture: { width, height }, scenes, sceneHashes };
}

export interface DetectionsReplay {
  readonly file: string;
  readonly survey: DetectionsSurvey;
  readonly pipeline: Pipeline;
  /** Wall time of t = 0, ms since 1970 UTC. */
  readonly startMs: number;
  /** Keep the file's own pace instead of the machine's. */
  readonly realtime: boolean;
  readonly signal: AbortSignal;
  onEvents(events: readonly PipelineEvent[]): Promise<void>;
  /** Every frame that was seen; `detections` as the file has them, not yet clipped. */
  onFrame(tMs: number, detections: readonly Detection[]): void;
}

/** Runs the whole file; nothing is dropped. */
export async function replayDetections(replay: DetectionsReplay): Promise<void> {
  const { pipeline, survey, startMs } = replay;
  const began = performance.now();
  for await (const line of readDetections(replay.file)) {
    replay.signal.throwIfAborted();
    const { tMs } = line;
    if (replay.realtime) {
      const waitMs = tMs - (performance.now() - began);
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: replay.signal });
    }
    const scene = line.scene === undefined ? undefined : survey.scenes.get(line.scene);
    if (scene !== undefined) await replay.onEvents(pipeline.changeScene(scene));
    if (line.frame === undefined) continue;
    const captureMs = startMs + tMs;
    await replay.onEvents(
      pipeline.see({
        time: { ptsMs: tMs, tMs, timeline: 0, captureMs, method: "media", boxArrivalMs: captureMs },
        detections: clipToPicture(line.frame.detections, pipeline.scene.picture),
        plates: clipToPicture(line.frame.plates, pipeline.scene.picture),
        ...(line.frame.signals === undefined ? {} : { signals: line.frame.signals }),
      }),
    );
    replay.onFrame(tMs, line.frame.detections);
  }
}

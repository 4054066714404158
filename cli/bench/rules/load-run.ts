// Runs tracker and rules over a generated load, frame by frame, as a camera's loop does.
import { replayIdentity } from "../../../edge/event/identity.ts";
import { createPipeline } from "../../../edge/pipeline.ts";
import { benchScene } from "./bench-scene.ts";
import { type LoadKind, roadUserLoad } from "./road-user-load.ts";

export interface LoadOptions {
  readonly kind: LoadKind;
  readonly tracks: number;
}

/** Frames before anything is measured: tracks are confirmed, trails full and the code compiled. */
export const WARM_UP_FRAMES = 500;
/** Five frames a second, as a box analyses. */
const STEP_MS = 200;

export interface LoadRun {
  /** Sees the next frame; gives the events that came of it. */
  next(): number;
  /** Tracks that a detection supported in the latest frame. */
  readonly seen: number;
}

/** A run of `frames` frames, all generated before it begins. */
export function startLoad(options: LoadOptions, frames: number): LoadRun {
  const { kind, tracks } = options;
  const scene = benchScene(kind);
  if (scene.ground === undefined) throw new Error("the benchmark's scenes have ground");
  const load = roadUserLoad(kind, tracks, frames, STEP_MS, scene.ground);
  const pipeline = createPipeline({
    site: "bench",
    box: "bench",
    camera: scene.camera,
    modelHashes: {},
    identify: replayIdentity("bench"),
    scene,
  });
  let frame = 0;
  return {
    next() {
      const tMs = frame * STEP_MS;
      const detections = load[frame++] ?? [];
      const time = {
        ptsMs: tMs,
        tMs,
        timeline: 0,
        captureMs: tMs,
        method: "media",
        boxArrivalMs: tMs,
      } as const;
      return pipeline.see({ time, detections }).length;
    },
    get seen() {
      return pipeline.live(0, 0)?.boxes.length ?? 0;
    },
  };
}

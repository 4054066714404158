// Runs one detector in one way over a labelled set.
import { type ModelDetection, openDetector, type ObjectDetector } from "../../../models/detector.ts";
import type { ReadyModel } from "../../../models/ready-model.ts";
import { place, toSource } from "../../../models/letterbox.ts";
import { detectTiled } from "../../../models/tiled-detector.ts";
import { planTiles } from "../../../models/tiles.ts";
import { fittedPictures } from "./fitted-pictures.ts";
import type { PictureRun, TruthBox } from "./labelled-set.ts";
import type { Variant } from "./variant.ts";

/** Low enough that the whole curve of precision over recall is seen. */
const THRESHOLD = 0.01;

export interface SeenPicture {
  /** In pixels of the picture. */
  readonly detections: readonly ModelDetection[];
  readonly truth: readonly TruthBox[];
}

export interface VariantRun {
  readonly pictures: readonly SeenPicture[];
  /** Median of the time for one picture from pixels to boxes, on one thread, ms. */
  readonly msPerFrame: number;
}

/** Rejects with ModelError, or DetectSetError where a picture can't be read. */
export async function runVariant(
  model: ReadyModel,
  { size, grid, suppression }: Variant,
  runs: readonly PictureRun[],
): Promise<VariantRun> {
  const tiles = grid !== undefined;
  const detector = await openDetector(model, { ...size, tiles, threshold: THRESHOLD });
  const pictures: SeenPicture[] = [];
  const times: number[] = [];
  try {
    for (const run of runs) {
      let index = 0;
      for await (const { detections, ms } of seen(detector, run, grid, suppression)) {
        pictures.push({ detections, truth: run.truth[index] ?? [] });
        times.push(ms);
        index++;
      }
    }
  } finally {
    await detector.close();
  }
  times.sort((a, b) => a - b);
  return { pictures, msPerFrame: times[Math.floor(times.length / 2)] ?? NaN };
}

interface Timed {
  readonly detections: ModelDetection[];
  readonly ms: number;
}

async function* seen(
  detector: ObjectDetector,
  picture: PictureRun,
  grid: Variant["grid"],
  suppression: Variant["suppression"],
): AsyncGenerator<Timed> {
  const plan = grid === undefined ? undefined : planTiles(picture, detector.input, grid);
  const canvases = plan === undefined ? undefined : fittedPictures(picture, plan.canvas);
  const placement = place(picture, detector.input);
  try {
    for await (const whole of fittedPictures(picture, detector.input)) {
      const next = await canvases?.next();
      const startedMs = performance.now();
      const detections =
        plan === undefined || next === undefined || next.done === true
          ? (await detector.detect(whole, suppression)).map((box) => ({
              ...box,
              ...toSource(box, placement),
            }))
          : await detectTiled(detector, {
              picture,
              whole,
              canvas: { spec: plan.canvas, rgb: next.value },
              tiles: plan.tiles,
              suppression,
            });
      yield { detections, ms: performance.now() - startedMs };
    }
  } finally {
    await canvases?.return(undefined);
  }
}

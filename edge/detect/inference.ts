// What one inference thread does with a job: run the model, bring boxes back to the picture, search the gallery.
import { openDetector, type ObjectDetector } from "../../models/detector.ts";
import { place, toSource } from "../../models/letterbox.ts";
import { clip, type Box, type Point } from "../geometry/box.ts";
import { searchGallery } from "../watchlist/search.ts";
import type { SearchSet } from "../watchlist/search-set.ts";
import { classOf } from "./class-names.ts";
import type { Detection } from "./detection.ts";
import type { FivePoints } from "./face-geometry.ts";
import type { FaceObservation } from "./face-observation.ts";
import { openFaceReader, type ReadFace } from "./face-reader.ts";
import type { InferenceJob, InferenceResult, WorkerModels } from "./worker-protocol.ts";

export interface Inference {
  run(job: InferenceJob): Promise<InferenceResult>;
  setGallery(gallery: SearchSet | undefined): void;
  close(): Promise<void>;
}

/**
 * A face less like every entry than this is no candidate: it says no more than that the gallery isn't empty.
 * Well below any match threshold, so that the rule still sees a track's weak pictures and judges by all of them.
 */
const NEAR = 0.2;

export async function createInference(models: WorkerModels): Promise<Inference> {
  const { threshold } = models;
  const detector =
    models.detector === undefined
      ? undefined
      : await openDetector(models.detector, threshold === undefined ? {} : { threshold });
  const faces =
    models.faceDetector === undefined || models.faceEmbedder === undefined
      ? undefined
      : await openFaceReader({ detector: models.faceDetector, embedder: models.faceEmbedder }, models.faces);
  const matchThreshold = models.faceEmbedder?.entry.threshold?.value;
  let gallery: SearchSet | undefined;

  return {
    async run(job) {
      if (job.kind === "detect") {
        return { kind: "detect", detections: await detections(job, present(detector, "detector")) };
      }
      const found = await present(faces, "face models").read(job.small, job.full);
      const scale = { x: job.picture.width / job.full.width, y: job.picture.height / job.full.height };
      // The clock is read per search: an entry expires by the box's own time, however old the set is.
      const nowMs = Date.now();
      return {
        kind: "faces",
        faces: found.map((face) => observe(face, scale, gallery, matchThreshold, nowMs)),
      };
    },
    setGallery(set) {
      gallery = set;
    },
    async close() {
      await detector?.close();
      await faces?.close();
    },
  };
}

function present<T>(part: T | undefined, what: string): T {
  if (part === undefined) throw new TypeError(`this worker has no ${what}`);
  return part;
}

async function detections(
  job: Extract<InferenceJob, { kind: "detect" }>,
  detector: ObjectDetector,
): Promise<Detection[]> {
  const placement = place(job.picture, detector.input);
  const found: Detection[] = [];
  for (const each of await detector.detect(job.small)) {
    const name = classOf(each.className);
    const box = clip(toSource(each, placement), job.picture.width, job.picture.height);
    if (name !== undefined && box !== undefined) found.push({ box, class: name, confidence: each.score });
  }
  return found;
}

interface Scale {
  readonly x: number;
  readonly y: number;
}

function observe(
  face: ReadFace,
  scale: Scale,
  gallery: SearchSet | undefined,
  matchThreshold: number | undefined,
  nowMs: number,
): FaceObservation {
  const { confidence, quality, reason, embedding } = face;
  const match =
    embedding === undefined || gallery === undefined ? undefined : searchGallery(gallery, embedding, nowMs);
  return {
    box: scaledBox(face.box, scale),
    points: face.points.map((point) => scaledPoint(point, scale)) as unknown as FivePoints,
    confidence,
    quality,
    ...(reason === undefined ? {} : { reason }),
    ...(match === undefined || match.score < NEAR
      ? {}
      : { candidate: { ...match, ...(matchThreshold === undefined ? {} : { threshold: matchThreshold }) } }),
  };
}

function scaledBox(box: Box, scale: Scale): Box {
  return { x1: box.x1 * scale.x, y1: box.y1 * scale.y, x2: box.x2 * scale.x, y2: box.y2 * scale.y };
}

function scaledPoint(point: Point, scale: Scale): Point {
  return { x: point.x * scale.x, y: point.y * scale.y };
}

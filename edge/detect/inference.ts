// What one inference thread does with a job: run the model, bring boxes back to the picture, search the gallery.
import { randomFillSync } from "node:crypto";
import { type ConfidenceScale, confidenceScale } from "../../models/confidence.ts";
import { type ModelDetection, openDetector, type ObjectDetector } from "../../models/detector.ts";
import { place, toSource } from "../../models/letterbox.ts";
import { detectTiled } from "../../models/tiled-detector.ts";
import type { FullPicture } from "../camera/frame.ts";
import { clip, type Box, type Point } from "../geometry/box.ts";
import { openPlateInspector, type PlateInspector } from "../plate/inspector.ts";
import { createGallerySearch } from "../watchlist/gallery-search.ts";
import type { Match } from "../watchlist/search.ts";
import type { SearchSet } from "../watchlist/search-set.ts";
import { classOf } from "./class-names.ts";
import type { Detection, PlateReading } from "./detection.ts";
import type { FivePoints } from "./face-geometry.ts";
import type { FaceObservation } from "./face-observation.ts";
import { openFaceReader, type FaceReader, type ReadFace } from "./face-reader.ts";
import { openPeopleMapper } from "./people-mapper.ts";
import type { InferenceJob, InferenceResult, WorkerModels } from "./worker-protocol.ts";

export interface Inference {
  run(job: InferenceJob): Promise<InferenceResult>;
  /** Runs the detector at each of its sizes, and what maps people, on two pictures. Rejects with ModelError when its outputs are none of it. */
  prove(): Promise<void>;
  setGallery(gallery: SearchSet | undefined): void;
  close(): Promise<void>;
}

/**
 * A face less like every entry than this is no candidate: it says no more than that the gallery isn't empty.
 * Well below any match threshold, so that the rule still sees a track's weak pictures and judges by all of them.
 */
const NEAR = 0.2;

/**
 * From this likeness on a face is embedded again, exactly, before it is judged: that costs as much as four more faces,
 * so strangers, who seldom reach it, aren't worth it. Further below the match threshold than alignment ever moves a score.
 */
const LOOK_AGAIN = 0.25;

export async function createInference(models: WorkerModels): Promise<Inference> {
  const confidence = confidenceScale(models.detector?.entry ?? {});
  const detectors = await openDetectors(models, confidence);
  const faces =
    models.faceDetector === undefined || models.faceEmbedder === undefined
      ? undefined
      : await openFaceReader(
          {
            detector: models.faceDetector,
            embedder: models.faceEmbedder,
            landmarks: models.faceLandmarks,
          },
          models.faces,
        );
  const matchThreshold = models.faceEmbedder?.entry.threshold?.value;
  const plates = models.plates === undefined ? undefined : await openPlateInspector(models.plates);
  const people = await openPeopleMapper(models.densities ?? []);
  const gallery = createGallerySearch();

  async function nearest(
    reader: FaceReader,
    full: FullPicture,
    face: ReadFace,
    nowMs: number,
  ): Promise<Match | undefined> {
    if (face.embedding === undefined) return undefined;
    const first = await gallery.search(face.embedding, nowMs);
    if (first === undefined || first.score < LOOK_AGAIN) return first;
    const exact = await reader.embedExactly(full, face);
    return exact === undefined ? first : await gallery.search(exact, nowMs);
  }

  return {
    async run(job) {
      if (job.kind === "detect") {
        const detector = present(detectors.get(job.sessions), `detector of ${job.sessions}`);
        return { kind: "detect", detections: await detections(job, detector, confidence) };
      }
      if (job.kind === "people") return { kind: "people", map: await people.read(job) };
      if (job.kind === "plates")
        return { kind: "plates", plates: await readPlates(job, present(plates, "plate models")) };
      const reader = present(faces, "face models");
      const { full } = job;
      if (full === undefined) return { kind: "faces", faces: await unread(reader, job.small, job.picture) };
      const found = await reader.read(job.small, full);
      const scale = { x: job.picture.width / full.width, y: job.picture.height / full.height };
      // The clock is read per search: an entry expires by the box's own time, however old the set is.
      const nowMs = Date.now();
      const observed: FaceObservation[] = [];
      for (const face of found) {
        const match = await nearest(reader, full, face, nowMs);
        observed.push(observe(face, scale, match, matchThreshold));
      }
      return { kind: "faces", faces: observed };
    },
    async prove() {
      for (const detector of detectors.values()) await proveDetector(detector);
      await people.prove();
    },
    setGallery: (set) => {
      gallery.setGallery(set);
    },
    async close() {
      for (const detector of detectors.values()) await detector.close();
      await faces?.close();
      await plates?.close();
      await people.close();
      await gallery.close();
    },
  };
}

/** Where there is no full-size picture: found, so that heads are hidden and people followed, but not read. */
async function unread(
  reader: FaceReader,
  small: Uint8Array,
  picture: { readonly width: number; readonly height: number },
): Promise<FaceObservation[]> {
  const found = await reader.find(small, picture);
  return found.map((face) => ({ ...face, quality: 0, reason: "unread" }));
}

async function openDetectors(
  { detector, sizes = [], threshold }: WorkerModels,
  confidence: ConfidenceScale,
): Promise<ReadonlyMap<string, ObjectDetector>> {
  const opened = new Map<string, ObjectDetector>();
  for (const { sessions, width, height, tiles } of detector === undefined ? [] : sizes) {
    const options = {
      width,
      height,
      tiles,
      ...(threshold === undefined ? {} : { threshold: confidence.toOwn(threshold) }),
    };
    if (detector !== undefined) opened.set(sessions, await openDetector(detector, options));
  }
  return opened;
}

/** A grey picture and a noisy one: what breaks on any picture breaks here, before a camera relies on it. */
async function proveDetector(detector: ObjectDetector): Promise<void> {
  const { width, height } = detector.input;
  const picture = new Uint8Array(width * height * 3).fill(128);
  await detector.detect(picture);
  await detector.detect(randomFillSync(picture));
}

function present<T>(part: T | undefined, what: string): T {
  if (part === undefined) throw new TypeError(`this worker has no ${what}`);
  return part;
}

async function detections(
  job: Extract<InferenceJob, { kind: "detect" }>,
  detector: ObjectDetector,
  confidence: ConfidenceScale,
): Promise<Detection[]> {
  const found: Detection[] = [];
  for (const each of await inPicture(job, detector)) {
    const name = classOf(each.className);
    const box = clip(each, job.picture.width, job.picture.height);
    if (name === undefined || box === undefined) continue;
    found.push({ box, class: name, confidence: confidence.toCommon(each.score) });
  }
  return found;
}

/** In pixels of the picture. */
async function inPicture(
  { small, picture, canvas, tiles = [], suppression }: Extract<InferenceJob, { kind: "detect" }>,
  detector: ObjectDetector,
): Promise<ModelDetection[]> {
  if (canvas !== undefined)
    return await detectTiled(detector, { picture, whole: small, canvas, tiles, suppression });
  const placement = place(picture, detector.input);
  const found = await detector.detect(small, suppression);
  return found.map((each) => ({ ...each, ...toSource(each, placement) }));
}

/** In pixels of the camera file's picture, whatever the stream's resolution is. */
async function readPlates(
  { full, vehicles, picture }: Extract<InferenceJob, { kind: "plates" }>,
  inspector: PlateInspector,
): Promise<PlateReading[]> {
  const toFull = { x: full.width / picture.width, y: full.height / picture.height };
  const toPicture = { x: 1 / toFull.x, y: 1 / toFull.y };
  const boxes = vehicles.map((box) => scaledBox(box, toFull));
  const plates = await inspector.inspect(full, boxes);
  return plates.map((plate) => ({ ...plate, box: scaledBox(plate.box, toPicture) }));
}

interface Scale {
  readonly x: number;
  readonly y: number;
}

function observe(
  face: ReadFace,
  scale: Scale,
  match: Match | undefined,
  matchThreshold: number | undefined,
): FaceObservation {
  const { confidence, quality, reason } = face;
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

// Which models a box runs: what its cameras' products need, the best at hand for each task.
import type { Logger } from "pino";
import type { CameraConfig } from "../config/camera.ts";
import { ModelError } from "../models/model-error.ts";
import type { ReadyModel } from "../models/ready-model.ts";
import { chooseIfAny } from "../models/optional-choice.ts";
import type { ModelStore } from "../models/store.ts";
import type { PlateModels } from "./plate/inspector.ts";
import { choosePlateModels, plateHashes } from "./plate/plate-models.ts";
import type { Product } from "./products.ts";

export interface BoxModels {
  readonly detector: ReadyModel;
  readonly faceDetector?: ReadyModel;
  readonly faceEmbedder?: ReadyModel;
  readonly faceLandmarks?: ReadyModel;
  readonly plates?: PlateModels;
  /** Networks of people's density, by what camera files call them. */
  readonly densities?: Densities;
}

/** By name, the catalogue's preferred one under {@link PREFERRED}. */
type Densities = ReadonlyMap<string, ReadyModel>;
const PREFERRED = "";

/** What the cameras of a box do. */
export interface BoxWork {
  readonly products: ReadonlySet<Product>;
  /** Whether some camera reads plates. */
  readonly plates: boolean;
  /** By which networks of people's density cameras count, see {@link densityOf}. */
  readonly densities: readonly string[];
}

/** What a camera's network of people's density is called; undefined where it counts by bodies. */
export function densityOf({ count }: CameraConfig): string | undefined {
  return count?.by === "density" ? (count.model ?? PREFERRED) : undefined;
}

/** Those networks. Rejects with ModelError where one is none, or none is at hand. */
export async function chooseDensities(store: ModelStore, names: readonly string[]): Promise<Densities> {
  const chosen = new Map<string, ReadyModel>();
  for (const name of new Set(names)) {
    const model =
      name === PREFERRED ? (await store.choose("people-density")).model : await store.ensure(name);
    if (model.task !== "people-density")
      throw new ModelError(name, `is no network of people's density (${model.task}): count.model needs one`);
    chosen.set(name, model);
  }
  return chosen;
}

/** Chooses, fetches where need be, and says why. Rejects with ModelError when a task has no model. */
export async function chooseBoxModels(
  store: ModelStore,
  { products, plates: readsPlates, densities: names }: BoxWork,
  detectorName: string | undefined,
  log: Logger,
): Promise<BoxModels> {
  const detector = await chooseDetector(store, detectorName, log);
  const plates = readsPlates
    ? { plates: await choosePlateModels(store, (why) => log.warn({ task: "plate-read" }, why)) }
    : {};
  const densities = await chooseDensities(store, names);
  for (const { name, sha256 } of densities.values())
    log.info({ task: "people-density", model: name, sha256 }, "people are counted by their density");
  if (!products.has("face")) return { detector, densities, ...plates };
  const landmarks = await chooseIfAny(store, "face-landmarks");
  log.info(
    { task: "face-landmarks", model: landmarks?.model.name },
    landmarks?.why ??
      "no landmark network is at hand or allowed: faces are placed by the detector's five points alone",
  );
  return {
    detector,
    densities,
    ...plates,
    faceDetector: await chosen(store, "face-detect", log),
    faceEmbedder: await chosen(store, "face-embed", log),
    ...(landmarks === undefined ? {} : { faceLandmarks: landmarks.model }),
  };
}

/** Another detector: by name, or the best at hand. */
export async function chooseDetector(
  store: ModelStore,
  name: string | undefined,
  log: Logger,
): Promise<ReadyModel> {
  return name === undefined ? await chosen(store, "detect", log) : await store.ensure(name);
}

async function chosen(
  store: ModelStore,
  task: "detect" | "face-detect" | "face-embed",
  log: Logger,
): Promise<ReadyModel> {
  const { model, why } = await store.choose(task);
  log.info({ task, model: model.name, sha256: model.sha256 }, why);
  return model;
}

/** SHA-256 by task, for every event of that camera that a model took part in. */
export function hashesOf(models: BoxModels, camera: CameraConfig): Record<string, string> {
  const density = models.densities?.get(densityOf(camera) ?? "none");
  const { detector, faceDetector, faceEmbedder, faceLandmarks, plates } = models;
  return {
    detect: detector.sha256,
    ...(faceDetector === undefined ? {} : { "face-detect": faceDetector.sha256 }),
    ...(faceEmbedder === undefined ? {} : { "face-embed": faceEmbedder.sha256 }),
    ...(faceLandmarks === undefined ? {} : { "face-landmarks": faceLandmarks.sha256 }),
    ...(plates === undefined ? {} : plateHashes(plates)),
    ...(density === undefined ? {} : { "people-density": density.sha256 }),
  };
}

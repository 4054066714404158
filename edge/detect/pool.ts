// The inference pool of a box: detections and faces of any camera's frames, computed off the main thread.
import { availableParallelism } from "node:os";
import type { Logger } from "pino";
import type { Provider } from "../../models/provider.ts";
import type { ReadyModel } from "../../models/ready-model.ts";
import type { Tile } from "../../models/tiles.ts";
import type { Frame, SmallPicture } from "../camera/frame.ts";
import type { Box } from "../geometry/box.ts";
import type { PlateModels } from "../plate/inspector.ts";
import type { PeopleMap } from "../geometry/people-map.ts";
import type { SearchSet } from "../watchlist/search-set.ts";
import { workerFile } from "../worker-file.ts";
import type { Detection, PlateReading } from "./detection.ts";
import { detectorView, type DetectorView } from "./detector-view.ts";
import type { FaceObservation } from "./face-observation.ts";
import type { FaceReaderOptions } from "./face-reader.ts";
import { InferenceError } from "./inference-error.ts";
import type { Errand } from "./job-queue.ts";
import { proveModels } from "./proof.ts";
import { ProofRecord } from "./proof-record.ts";
import { chooseProvider, onProvider } from "./provider-choice.ts";
import { WorkerPool, type WorkerPoolStats } from "./worker-pool.ts";
import type {
  DetectorSize,
  InferenceJob,
  InferenceNews,
  InferenceResult,
  WorkerModels,
} from "./worker-protocol.ts";

/** Pixels of the camera file: results come back in them, whatever the stream's own resolution is. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export interface InferencePoolOptions {
  /** Threads, one session set each; default: the machine's cores. */
  readonly workers?: number | undefined;
  readonly detector: ReadyModel;
  /** Both or neither: faces are read only to be compared. */
  readonly faceDetector?: ReadyModel | undefined;
  readonly faceEmbedder?: ReadyModel | undefined;
  /** Places the likeliest faces more exactly. */
  readonly faceLandmarks?: ReadyModel | undefined;
  /** Absent: no plate is read. */
  readonly plates?: PlateModels | undefined;
  /** Networks of people's density, for cameras that count by one. */
  readonly densities?: readonly ReadyModel[] | undefined;
  /** How the cameras look; each size that they need is opened once per thread. Default: the network's own, no tiles. */
  readonly views?: readonly DetectorView[] | undefined;
  /** Least confidence of a detection, on the scale that all detectors share; default: the model's own threshold. */
  readonly threshold?: number | undefined;
  readonly faces?: FaceReaderOptions | undefined;
  /** What to compute on, best first; the CPU where none of them works, which the log says. Default: the CPU. */
  readonly providers?: readonly Provider[] | undefined;
  /**
   * Folder that remembers which models proved themselves; what is new does so, in a process of its own, before a thread
   * of this one opens it. Absent: nothing is proved at the start, for replays and measurements.
   */
  readonly proofs?: string | undefined;
  readonly log: Logger;
}

/** How to look at one frame. */
export interface Look {
  readonly view: DetectorView;
  /** Tiles of the view to look at besides, in `frame.small[canvasIndex]`. */
  readonly canvasIndex?: number;
  readonly tiles?: readonly Tile[];
  /** For whom. */
  readonly errand?: Errand;
}

export interface InferencePool {
  start(): Promise<void>;
  /**
   * Road users in `frame.small[smallIndex]`, clipped to the picture. `look` must be of a view that the pool was made
   * with; without it, the whole picture at the network's own size. Rejects with {@link InferenceError}.
   */
  detect(frame: Frame, smallIndex: number, picture: PictureSize, look?: Look): Promise<Detection[]>;
  /** Faces found in `frame.small[smallIndex]` and read from `frame.full`, where the frame has it. Rejects with {@link InferenceError}. */
  faces(frame: Frame, smallIndex: number, picture: PictureSize, errand?: Errand): Promise<FaceObservation[]>;
  /** Plates on `vehicles` of `frame.full`, all in pixels of `picture`. Rejects with {@link InferenceError}. */
  plates(
    frame: Frame,
    vehicles: readonly Box[],
    picture: PictureSize,
    errand?: Errand,
  ): Promise<PlateReading[]>;
  /** Where people are in `frame.small[smallIndex]`, by that network of people's density. Rejects with {@link InferenceError}. */
  people(
    frame: Frame,
    smallIndex: number,
    model: string,
    picture: PictureSize,
    errand?: Errand,
  ): Promise<PeopleMap>;
  /**
   * Goes over to another detector that takes the same pictures, worker by worker, while the cameras go on. It proves
   * itself in a process of its own first; where it fails, the old one goes on running and the cause is thrown:
   * ModelError, or {@link InferenceError} of a worker.
   */
  changeDetector(detector: ReadyModel): Promise<void>;
  /** The gallery that faces are compared with from the next job on; undefined: none. It must be this embedder's. */
  setGallery(gallery: SearchSet | undefined): void;
  stop(): Promise<void>;
  stats(): WorkerPoolStats;
}

/**
 * A camera has at most one job of each kind under way, since its loop waits for it and drops frames meanwhile, counted.
 * This many waiting jobs mean hundreds of cameras: refuse, don't grow.
 */
const QUEUE_LIMIT = 256;
/** Of a caller that says nothing: replays and measurements, which have the pool to themselves. */
const NOBODY: Errand = { camera: "", priority: "case" };
const JOB_TIMEOUT_MS = 30_000;
const START_TIMEOUT_MS = 60_000;

export function createInferencePool(options: InferencePoolOptions): InferencePool {
  const { detector, faceDetector, faceEmbedder, faceLandmarks, plates, densities, threshold, faces, log } =
    options;
  if ((faceDetector === undefined) !== (faceEmbedder === undefined)) {
    throw new TypeError("a face detector and a face embedder come together");
  }
  const own = detectorView(detector.entry);
  let models: WorkerModels = {
    detector,
    sizes: sizesOf(options.views ?? [own]),
    ...(faceDetector === undefined ? {} : { faceDetector }),
    ...(faceEmbedder === undefined ? {} : { faceEmbedder }),
    ...(faceLandmarks === undefined ? {} : { faceLandmarks }),
    ...(plates === undefined ? {} : { plates }),
    ...(densities === undefined ? {} : { densities }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(faces === undefined ? {} : { faces }),
  };
  let pool: WorkerPool<InferenceJob, InferenceResult, InferenceNews> | undefined;
  let gallery: SearchSet | undefined;
  let stopping = new AbortController();
  const record = options.proofs === undefined ? undefined : new ProofRecord(options.proofs);
  const prove = (asked: WorkerModels): Promise<void> => proveModels(asked, { signal: stopping.signal });
  const proveOnce = async (asked: WorkerModels): Promise<void> => {
    if (record?.has(asked) === true) return;
    await prove(asked);
    try {
      record?.add(asked);
    } catch (error) {
      log.warn({ err: error }, "a proof can't be remembered: the next start repeats it");
    }
  };

  async function run(frame: Frame, job: InferenceJob, errand = NOBODY): Promise<InferenceResult> {
    if (pool === undefined) throw new InferenceError("stopped", "the inference pool is not running");
    frame.retain();
    try {
      return await pool.run(job, errand);
    } finally {
      frame.release();
    }
  }

  return {
    async start() {
      stopping = new AbortController();
      if (options.providers !== undefined) {
        // Each time anew: what a network runs on may be gone.
        const { provider, why } = await chooseProvider(options.providers, models, prove);
        if (provider === options.providers[0]) log.info({ provider }, why);
        else log.warn({ provider }, why);
        models = onProvider(models, provider);
      }
      if (record !== undefined) await proveOnce(models);
      pool = new WorkerPool({
        file: workerFile(import.meta.url, "inference-worker"),
        workerData: models,
        workers: options.workers ?? availableParallelism(),
        queueLimit: QUEUE_LIMIT,
        jobTimeoutMs: JOB_TIMEOUT_MS,
        startTimeoutMs: START_TIMEOUT_MS,
        log,
      });
      pool.tell({ gallery });
      await pool.start();
    },
    async detect(frame, smallIndex, picture, { view, canvasIndex, tiles, errand } = { view: own }) {
      const { pixels } = smallOf(frame, smallIndex);
      const { sessions, suppression, tiling } = view;
      const enlarged =
        tiling === undefined || canvasIndex === undefined || tiles === undefined
          ? {}
          : { canvas: { spec: tiling.canvas, rgb: smallOf(frame, canvasIndex).pixels }, tiles };
      const job = { kind: "detect", small: pixels, picture, sessions, suppression, ...enlarged } as const;
      const result = await run(frame, job, errand);
      return result.kind === "detect" ? result.detections : [];
    },
    async faces(frame, smallIndex, picture, errand) {
      if (faceDetector === undefined) throw new TypeError("this pool was made without face models");
      const { pixels } = smallOf(frame, smallIndex);
      const full = frame.full === undefined ? {} : { full: frame.full };
      const result = await run(frame, { kind: "faces", small: pixels, picture, ...full }, errand);
      return result.kind === "faces" ? result.faces : [];
    },
    async plates(frame, vehicles, picture, errand) {
      if (plates === undefined) throw new TypeError("this pool was made without plate models");
      if (frame.full === undefined) return [];
      const job = { kind: "plates", full: frame.full, vehicles, picture } as const;
      const result = await run(frame, job, errand);
      return result.kind === "plates" ? result.plates : [];
    },
    async people(frame, smallIndex, model, picture, errand) {
      const { pixels } = smallOf(frame, smallIndex);
      const result = await run(frame, { kind: "people", small: pixels, model, picture }, errand);
      if (result.kind !== "people") throw new TypeError(`a map of people was asked for, ${result.kind} came`);
      return result.map;
    },
    async changeDetector(next) {
      if (pool === undefined) throw new InferenceError("stopped", "the inference pool is not running");
      const provider = models.detector?.provider;
      const changed = { ...models, detector: { ...next, ...(provider === undefined ? {} : { provider }) } };
      await proveOnce(changed);
      await pool.exchange(changed);
      models = changed;
    },
    setGallery(set) {
      if (set !== undefined && set.model !== faceEmbedder?.sha256) {
        throw new TypeError("the gallery's templates were made by another embedder than this pool's");
      }
      gallery = set;
      pool?.tell({ gallery: set });
    },
    async stop() {
      stopping.abort(new InferenceError("stopped", "the inference pool was stopped"));
      await pool?.stop();
      pool = undefined;
    },
    stats: () =>
      pool?.stats() ?? { workers: 0, ready: 0, queued: 0, done: 0, failed: 0, refused: 0, replaced: 0 },
  };
}

/** Each once, whatever number of cameras look so. */
function sizesOf(views: readonly DetectorView[]): DetectorSize[] {
  const byName = new Map<string, DetectorSize>();
  for (const { sessions, input, tiling } of views) {
    const { width, height } = input;
    byName.set(sessions, { sessions, width, height, tiles: tiling !== undefined });
  }
  return [...byName.values()];
}

function smallOf(frame: Frame, index: number): SmallPicture {
  const small = frame.small[index];
  if (small === undefined) throw new RangeError(`the frame has no small picture ${index}`);
  return small;
}

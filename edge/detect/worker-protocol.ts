// What the inference pool and its workers say to each other.
import type { ReadyModel } from "../../models/ready-model.ts";
import type { FullPicture } from "../camera/frame.ts";
import type { SearchSet } from "../watchlist/search-set.ts";
import type { Detection } from "./detection.ts";
import type { FaceReaderOptions } from "./face-reader.ts";
import type { FaceObservation } from "./face-observation.ts";

/** A worker's `workerData`: one session set is opened from it. */
export interface WorkerModels {
  readonly detector?: ReadyModel;
  readonly faceDetector?: ReadyModel;
  readonly faceEmbedder?: ReadyModel;
  readonly faceLandmarks?: ReadyModel;
  readonly threshold?: number;
  readonly faces?: FaceReaderOptions;
}

interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Pixels are views of shared memory: posting them copies nothing. */
export type InferenceJob =
  | { readonly kind: "detect"; readonly small: Uint8Array; readonly picture: PictureSize }
  | {
      readonly kind: "faces";
      readonly small: Uint8Array;
      readonly full: FullPicture;
      readonly picture: PictureSize;
    };

export type InferenceResult =
  | { readonly kind: "detect"; readonly detections: Detection[] }
  | { readonly kind: "faces"; readonly faces: FaceObservation[] };

/** Said to every worker, outside any job; holds from the next job on. */
export interface InferenceNews {
  readonly gallery: SearchSet | undefined;
}

export type ToWorker<Job, News> =
  | { readonly type: "job"; readonly id: number; readonly job: Job }
  | { readonly type: "news"; readonly news: News }
  | { readonly type: "stop" };

export type FromWorker<Result> =
  | { readonly type: "ready" }
  | { readonly type: "done"; readonly id: number; readonly result: Result; readonly ms: number }
  | { readonly type: "failed"; readonly id: number; readonly message: string };

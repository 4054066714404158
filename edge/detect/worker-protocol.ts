// What the inference pool and its workers say to each other.
import type { InputSpec, Suppression } from "../../models/detector.ts";
import type { ReadyModel } from "../../models/ready-model.ts";
import type { Tile } from "../../models/tiles.ts";
import type { FullPicture } from "../camera/frame.ts";
import type { Box } from "../geometry/box.ts";
import type { PeopleMap } from "../geometry/people-map.ts";
import type { PlateModels } from "../plate/inspector.ts";
import type { SearchSet } from "../watchlist/search-set.ts";
import type { Detection, PlateReading } from "./detection.ts";
import type { FaceReaderOptions } from "./face-reader.ts";
import type { FaceObservation } from "./face-observation.ts";

/** A worker's `workerData`: one session set is opened from it. */
export interface WorkerModels {
  readonly detector?: ReadyModel;
  readonly faceDetector?: ReadyModel;
  readonly faceEmbedder?: ReadyModel;
  readonly faceLandmarks?: ReadyModel;
  readonly plates?: PlateModels;
  /** Networks of people's density, for cameras that count by one. */
  readonly densities?: readonly ReadyModel[];
  readonly threshold?: number;
  /** Sessions of the detector that cameras' views need, by name; absent: one of the network's own size. */
  readonly sizes?: readonly DetectorSize[];
  readonly faces?: FaceReaderOptions;
}

/** One session of the detector. */
export interface DetectorSize {
  readonly sessions: string;
  readonly width: number;
  readonly height: number;
  readonly tiles: boolean;
}

interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Pixels are views of shared memory: posting them copies nothing. */
export type InferenceJob =
  | {
      readonly kind: "detect";
      readonly small: Uint8Array;
      readonly picture: PictureSize;
      readonly sessions: string;
      readonly suppression: Suppression;
      /** Absent: the whole picture only. */
      readonly canvas?: { readonly spec: InputSpec; readonly rgb: Uint8Array };
      readonly tiles?: readonly Tile[];
    }
  | {
      readonly kind: "faces";
      readonly small: Uint8Array;
      /** Absent: faces are found, so that they can be hidden, and none is read. */
      readonly full?: FullPicture;
      readonly picture: PictureSize;
    }
  | {
      readonly kind: "plates";
      readonly full: FullPicture;
      /** Of vehicles, in pixels of `picture`. */
      readonly vehicles: readonly Box[];
      readonly picture: PictureSize;
    }
  | {
      readonly kind: "people";
      readonly small: Uint8Array;
      /** Name of the network of people's density. */
      readonly model: string;
      readonly picture: PictureSize;
    };

export type InferenceResult =
  | { readonly kind: "detect"; readonly detections: Detection[] }
  | { readonly kind: "faces"; readonly faces: FaceObservation[] }
  | { readonly kind: "plates"; readonly plates: PlateReading[] }
  | { readonly kind: "people"; readonly map: PeopleMap };

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

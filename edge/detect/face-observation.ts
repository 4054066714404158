// A face of one frame as it leaves the inference worker: where it is and how good it is, never who it looks like unless on the list.
import type { Box, Point } from "../geometry/box.ts";
import type { FaceCandidate } from "../watchlist/candidate.ts";

/**
 * Why a face was not compared with the watch list.
 * - `unsure`: the detector itself doubts it; `edge`: cut off by the picture's edge;
 * - `small`: too few pixels between the eyes; `turned`: looks aside, up or down; `tilted`: head on the shoulder;
 * - `dark`, `bright`, `flat`: exposure or contrast; `blurred`: no fine detail;
 * - `deferred`: good enough, but the frame had more faces than one frame may compare: it takes its turn in a later one.
 */
export type FaceRefusal =
  | "unsure"
  | "edge"
  | "small"
  | "turned"
  | "tilted"
  | "dark"
  | "bright"
  | "flat"
  | "blurred"
  | "deferred";

/** Everything that leaves the worker about a face, in pixels of the camera's `picture`. No embedding, no pixels. */
export interface FaceObservation {
  readonly box: Box;
  /** In the viewer's order: left eye, right eye, nose, left and right mouth corner. */
  readonly points: readonly [Point, Point, Point, Point, Point];
  /** The face detector's, 0 to 1. */
  readonly confidence: number;
  /** 0 (useless) to 1 (frontal, sharp, large). */
  readonly quality: number;
  /** Present when the face was not compared; `unread`: there was no full-size picture of its instant to read it from. */
  readonly reason?: FaceRefusal | "unread";
  /** The nearest watch-list entry, where one is near at all. */
  readonly candidate?: {
    readonly entryId: string;
    readonly name: string;
    readonly score: number;
    readonly margin: number;
    /** Least score of a match for this embedder, where its catalogue entry states one. */
    readonly threshold?: number;
  };
}

/** The observation as the rules see it, once its face is tied to a track; undefined without a candidate. */
export function candidateOf(observation: FaceObservation, trackId?: number): FaceCandidate | undefined {
  const { candidate } = observation;
  if (candidate === undefined) return undefined;
  return {
    box: observation.box,
    entry: { id: candidate.entryId, name: candidate.name },
    score: candidate.score,
    margin: candidate.margin,
    ...(candidate.threshold === undefined ? {} : { threshold: candidate.threshold }),
    quality: observation.quality,
    ...(trackId === undefined ? {} : { trackId }),
  };
}

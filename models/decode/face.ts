// A found face before it leaves the decoder: box, score and five points.
import type { Candidate } from "./candidate.ts";

export type FacePoint = readonly [x: number, y: number];

/** Left eye, right eye, nose, left and right mouth corner, as the viewer sees them. */
export type FacePoints = readonly [FacePoint, FacePoint, FacePoint, FacePoint, FacePoint];

export interface FaceCandidate extends Candidate {
  points: FacePoints;
}

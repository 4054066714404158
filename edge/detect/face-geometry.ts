// Size and attitude of a face from its five points.
import type { Point } from "../geometry/box.ts";

/** Five points in the viewer's order: left eye, right eye, nose, left mouth corner, right mouth corner. */
export type FivePoints = readonly [Point, Point, Point, Point, Point];

export interface FaceGeometry {
  /** Between the eyes. */
  readonly middle: Point;
  /** Distance of the eyes, pixels; foreshortened when the head turns. */
  readonly eyeDistance: number;
  /** Size of the face in pixels between the eyes as if it looked straight ahead: the longer of eye and eye-to-mouth distance. */
  readonly size: number;
  /** Head on the shoulder, radians; positive is clockwise in the picture. */
  readonly roll: number;
  /** Nose aside of the eyes' middle, in eye distances: 0 straight ahead; about 0.45 tan(yaw), so ±0.35 is near 38°. */
  readonly aside: number;
  /** Where the nose is between eyes (0) and mouth (1): about 0.55 straight ahead; less looks up, more looks down. */
  readonly nod: number;
}

/** Eye distance over eye-to-mouth distance of a frontal face (ArcFace's 112-pixel template: 35.2 / 40.8). */
const EYES_PER_MOUTH = 35.2 / 40.8;

export function faceGeometry(points: FivePoints): FaceGeometry {
  const [left, right, nose, mouthLeft, mouthRight] = points;
  const eyes = { x: right.x - left.x, y: right.y - left.y };
  const eyeDistance = Math.hypot(eyes.x, eyes.y);
  const middle = { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
  const mouth = {
    x: (mouthLeft.x + mouthRight.x) / 2 - middle.x,
    y: (mouthLeft.y + mouthRight.y) / 2 - middle.y,
  };
  const noseFrom = { x: nose.x - middle.x, y: nose.y - middle.y };
  // Axes of the head: along the eyes, and down across them.
  const along = { x: eyes.x / (eyeDistance || 1), y: eyes.y / (eyeDistance || 1) };
  const down = { x: -along.y, y: along.x };
  const mouthDown = mouth.x * down.x + mouth.y * down.y;
  const size = Math.max(eyeDistance, mouthDown * EYES_PER_MOUTH);
  return {
    middle,
    eyeDistance,
    size,
    roll: Math.atan2(eyes.y, eyes.x),
    aside: (noseFrom.x * along.x + noseFrom.y * along.y) / (eyeDistance || 1),
    nod: (noseFrom.x * down.x + noseFrom.y * down.y) / (mouthDown || 1),
  };
}

// What a detector found in one frame, in pixels of the camera's `picture`.
import type { ClassName } from "../../contract/common.ts";
import type { Box, Point } from "../geometry/box.ts";
import type { PlateColour } from "../plate/colour.ts";
import type { PlateText } from "../plate/vote.ts";

export interface Detection {
  readonly box: Box;
  readonly class: ClassName;
  /** 0 to 1. */
  readonly confidence: number;
  /** Identity in labelled data: carried for scoring only, never used by tracking or rules. */
  readonly truthId?: number;
}

/** A plate read in one frame, not yet tied to a vehicle. */
export interface PlateReading {
  readonly box: Box;
  readonly text: string;
  readonly confidence: number;
  /** What each reader made of it, where readers of ours did. */
  readonly texts?: readonly PlateText[];
  /** Of its ground; absent: unknown. */
  readonly colour?: PlateColour;
}

/** A face found in one frame: five points in the viewer's order: left eye, right eye, nose, left and right mouth corner. */
export interface FaceDetection {
  readonly box: Box;
  readonly confidence: number;
  readonly points: readonly [Point, Point, Point, Point, Point];
}

// Makes one frame's detections fit for tracking: bounded, finite, and one box per road user.
import type { Detection } from "../detect/detection.ts";
import { iou } from "../geometry/box.ts";
import { groupOf } from "./group.ts";

/** More detections than this in one frame are noise or an attack: the most confident are kept. */
export const MAX_DETECTIONS = 1000;

/** Two boxes of different classes of one group that overlap by this much are one road user seen twice. */
const SAME_OBJECT_IOU = 0.8;

/** Returns a function that filters frames; its order is that of the input, so that results do not depend on sorting. */
export function createPreparation(
  lowConfidence: number,
): (detections: readonly Detection[]) => readonly Detection[] {
  return (seen) => {
    let detections = seen.filter(
      (detection) =>
        detection.confidence >= lowConfidence && groupOf(detection.class) !== undefined && isBox(detection),
    );
    if (detections.length > MAX_DETECTIONS) {
      const threshold = detections.map((d) => d.confidence).sort((a, b) => b - a)[
        MAX_DETECTIONS - 1
      ] as number;
      detections = detections.filter((d) => d.confidence >= threshold).slice(0, MAX_DETECTIONS);
    }
    return detections.filter((detection) => !detections.some((other) => outdoes(other, detection)));
  };
}

function isBox({ box }: Detection): boolean {
  return Number.isFinite(box.x1 + box.y1 + box.x2 + box.y2) && box.x2 > box.x1 && box.y2 > box.y1;
}

/** Whether `other` is the same road user under a more certain class. */
function outdoes(other: Detection, detection: Detection): boolean {
  return (
    other.class !== detection.class &&
    other.confidence > detection.confidence &&
    groupOf(other.class) === groupOf(detection.class) &&
    iou(other.box, detection.box) >= SAME_OBJECT_IOU
  );
}

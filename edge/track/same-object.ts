// One road user that the detector named twice: only its more certain class takes part in association.
import type { Detection } from "../detect/detection.ts";
import { type DetectionColumns, overlapOf } from "./columns.ts";

/**
 * Two boxes of different classes of one group that overlap by this much are one road user seen twice. People need more:
 * three on one motorcycle, seen from before or behind, are one behind the other.
 */
const SAME_OBJECT_IOU = 0.8;
const SAME_PERSON_IOU = 0.9;

/** Marks as taken every detection that another one outdoes. */
export function dropOutdone(columns: DetectionColumns, detections: readonly Detection[]): void {
  for (let place = 0; place < columns.count; place++) {
    const column = columns.order[place] as number;
    if (
      isOutdone(columns, detections, column, place, -1) ||
      isOutdone(columns, detections, column, place, 1)
    ) {
      columns.free[column] = 0;
    }
  }
}

/** Whether a neighbour to one side is the same road user under a more certain class. */
function isOutdone(
  columns: DetectionColumns,
  detections: readonly Detection[],
  column: number,
  place: number,
  side: -1 | 1,
): boolean {
  const { x1, x2, middle, confidence, group, order, count } = columns;
  // Boxes that share so much of each other have near middles: all others lie further out.
  const reach = ((x2[column] as number) - (x1[column] as number)) / 2;
  for (let at = place + side; at >= 0 && at < count; at += side) {
    const other = order[at] as number;
    if (Math.abs((middle[other] as number) - (middle[column] as number)) > reach) return false;
    const rival =
      group[other] === group[column] &&
      (confidence[other] as number) > (confidence[column] as number) &&
      detections[other]?.class !== detections[column]?.class;
    const same = group[column] === "people" ? SAME_PERSON_IOU : SAME_OBJECT_IOU;
    if (rival && overlapOf(columns, other, column) >= same) return true;
  }
  return false;
}

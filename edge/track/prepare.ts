// Makes one frame's detections fit for tracking: bounded, finite, of what is followed.
import type { Detection } from "../detect/detection.ts";
import { groupOf } from "./group.ts";

/** More detections than this in one frame are noise or an attack: the most confident are kept. */
export const MAX_DETECTIONS = 1000;

/** Returns a function that filters frames; its order is that of the input, so that results do not depend on sorting. */
export function createPreparation(
  lowConfidence: number,
): (detections: readonly Detection[]) => readonly Detection[] {
  return (seen) => {
    const fits = (detection: Detection): boolean =>
      detection.confidence >= lowConfidence && groupOf(detection.class) !== undefined && isBox(detection);
    let detections = seen.every(fits) ? seen : seen.filter(fits);
    if (detections.length > MAX_DETECTIONS) {
      const threshold = detections.map((d) => d.confidence).sort((a, b) => b - a)[
        MAX_DETECTIONS - 1
      ] as number;
      detections = detections.filter((d) => d.confidence >= threshold).slice(0, MAX_DETECTIONS);
    }
    return detections;
  };
}

function isBox({ box }: Detection): boolean {
  return Number.isFinite(box.x1 + box.y1 + box.x2 + box.y2) && box.x2 > box.x1 && box.y2 > box.y1;
}

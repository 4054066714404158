// Runs the product's tracker over a sequence's detections, frame by frame and without look-ahead.
import type { Detection } from "../../../edge/detect/detection.ts";
import { createTracker } from "../../../edge/track/tracker.ts";
import type { MotRow } from "./rows.ts";
import type { MotSequence } from "./sequences.ts";

/** The tracker's result in MOTChallenge rows: the boxes of tracks that a detection supported in that very frame. */
export function follow(sequence: MotSequence): MotRow[] {
  const tracker = createTracker();
  const seen = new Map<number, Detection[]>();
  for (const row of sequence.detections) {
    const detections = seen.get(row.frame) ?? [];
    seen.set(row.frame, detections);
    detections.push({
      box: { x1: row.x, y1: row.y, x2: row.x + row.width, y2: row.y + row.height },
      class: "person",
      confidence: row.confidence,
    });
  }
  const result: MotRow[] = [];
  for (let frame = 1; frame <= sequence.length; frame++) {
    const tMs = ((frame - 1) * 1000) / sequence.frameRate;
    for (const { id, box, observed } of tracker.step(tMs, seen.get(frame) ?? [])) {
      if (!observed) continue;
      const [width, height] = [box.x2 - box.x1, box.y2 - box.y1];
      result.push({ frame, id, x: box.x1, y: box.y1, width, height, confidence: 1 });
    }
  }
  return result;
}

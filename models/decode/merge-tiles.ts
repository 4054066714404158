// Makes one list of what several overlapping views of a picture found: who saw the whole object is believed first.
import type { Candidate } from "./candidate.ts";
import { iou } from "./iou.ts";
import { nms } from "./nms.ts";

/** A part whose area lies to this share inside a better box is a piece of that object, however small their IoU. */
const INSIDE = 0.6;

/**
 * `complete` are boxes that no tile's inner edge cuts, `parts` those that one does, all in the same pixels. Complete ones
 * suppress each other as usual. A part only fills a gap: it stays where no kept box of its class covers it.
 * Best score first.
 */
export function mergeTiles<T extends Candidate>(
  complete: readonly T[],
  parts: readonly T[],
  maxIou: number,
): T[] {
  const kept = nms(complete, maxIou);
  for (const part of parts.toSorted((a, b) => b.score - a.score)) {
    const known = kept.some(
      (box) =>
        box.classIndex === part.classIndex && (iou(box, part) > maxIou || insideShare(part, box) > INSIDE),
    );
    if (!known) kept.push(part);
  }
  return kept.sort((a, b) => b.score - a.score);
}

function insideShare(part: Candidate, box: Candidate): number {
  const width = Math.min(part.x2, box.x2) - Math.max(part.x1, box.x1);
  const height = Math.min(part.y2, box.y2) - Math.max(part.y1, box.y1);
  const area = (part.x2 - part.x1) * (part.y2 - part.y1);
  return width <= 0 || height <= 0 || area <= 0 ? 0 : (width * height) / area;
}

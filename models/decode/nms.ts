// Non-maximum suppression: of boxes that overlap, the one with the best score stays.
import { iou } from "./iou.ts";
import type { Candidate } from "./candidate.ts";

/**
 * Greedy and class by class: a box goes when a better one of its class covers it with an IoU above `maxIou`.
 * The result is ordered by score, best first; equal scores keep their order.
 */
export function nms<T extends Candidate>(candidates: readonly T[], maxIou: number): T[] {
  const kept: T[] = [];
  for (const candidate of candidates.toSorted((a, b) => b.score - a.score)) {
    if (
      kept.every((better) => better.classIndex !== candidate.classIndex || iou(better, candidate) <= maxIou)
    ) {
      kept.push(candidate);
    }
  }
  return kept;
}

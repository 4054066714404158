// Soft suppression for crowds: a box that a better one covers loses score instead of going.
import type { Candidate } from "./candidate.ts";
import { iou } from "./iou.ts";

/** Width of the Gaussian: lowering it suppresses harder. (Bodla 2017, arXiv 1704.04503, 4: 0.5.) */
const SIGMA = 0.5;

/**
 * Class by class, Gaussian: after each choice of the best box, every other one's score is multiplied by
 * exp(−IoU² ÷ 0.5); what falls below `threshold` goes. People who stand one before the other stay two. The candidates
 * are left as they are; the result is ordered by the new scores, best first.
 */
export function softNms<T extends Candidate>(candidates: readonly T[], threshold: number): T[] {
  const open = candidates.map((candidate) => ({ ...candidate }));
  const kept: T[] = [];
  while (open.length > 0) {
    let at = 0;
    open.forEach((candidate, i) => {
      if (candidate.score > (open[at]?.score ?? 0)) at = i;
    });
    const [best] = open.splice(at, 1);
    if (best === undefined || best.score < threshold) break;
    kept.push(best);
    for (const other of open) {
      if (other.classIndex === best.classIndex) other.score *= Math.exp(-(iou(best, other) ** 2) / SIGMA);
    }
  }
  return kept;
}

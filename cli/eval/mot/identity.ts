// IDF1 (Ristani et al. 2016): the share of boxes with the right identity under the best global assignment.
import { assign } from "./assignment.ts";
import { EPSILON, type PairedSequence } from "./paired.ts";

export interface IdentityCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

const THRESHOLD = 0.5;

/**
 * Minimising identity misses plus false identities equals maximising the frames shared by assigned pairs, so one
 * rectangular assignment over (truth identities × tracker identities) is exact.
 */
export function identityCounts(sequence: PairedSequence): IdentityCounts {
  const { truthIds, trackerIds } = sequence;
  const shared = new Float64Array(truthIds * trackerIds);
  for (const { truth, tracker, similarity } of sequence.frames) {
    similarity.forEach((iou, index) => {
      if (iou < THRESHOLD - EPSILON) return;
      const row = truth[Math.floor(index / tracker.length)] as number;
      const cell = row * trackerIds + (tracker[index % tracker.length] as number);
      shared[cell] = (shared[cell] as number) + 1;
    });
  }
  let truePositives = 0;
  assign(shared, truthIds, trackerIds).forEach((column, row) => {
    if (column !== -1) truePositives += shared[row * trackerIds + column] as number;
  });
  return {
    truePositives,
    falsePositives: sequence.trackerBoxes - truePositives,
    falseNegatives: sequence.truthBoxes - truePositives,
  };
}

export function idf1(counts: IdentityCounts): number {
  const { truePositives, falsePositives, falseNegatives } = counts;
  return truePositives / Math.max(1, truePositives + 0.5 * falsePositives + 0.5 * falseNegatives);
}

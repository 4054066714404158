// HOTA (Luiten et al. 2021): detection and association in one figure, over nineteen localisation thresholds.
import { assign } from "./assignment.ts";
import { EPSILON, type PairedSequence } from "./paired.ts";

/** Localisation thresholds α = 0.05, 0.10, … 0.95. */
const ALPHAS = Array.from({ length: 19 }, (_, index) => (index + 1) * 0.05);

/** One entry per α. `association` is the sum over true positives of their association score. */
export interface HotaCounts {
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  readonly falseNegatives: Float64Array;
  readonly association: Float64Array;
}

export function hotaCounts(sequence: PairedSequence): HotaCounts {
  const { truthIds, trackerIds } = sequence;
  const alignment = globalAlignment(sequence);
  const matches = ALPHAS.map(() => new Float64Array(truthIds * trackerIds));
  const truePositives = new Float64Array(ALPHAS.length);
  const truthCount = new Float64Array(truthIds);
  const trackerCount = new Float64Array(trackerIds);
  for (const { truth, tracker, similarity } of sequence.frames) {
    count(truthCount, truth);
    count(trackerCount, tracker);
    if (truth.length === 0 || tracker.length === 0) continue;
    const cellOf = (index: number): number =>
      (truth[Math.floor(index / tracker.length)] as number) * trackerIds +
      (tracker[index % tracker.length] as number);
    const scores = similarity.map((iou, index) => iou * (alignment[cellOf(index)] as number));
    assign(scores, truth.length, tracker.length).forEach((column, row) => {
      if (column === -1) return;
      const index = row * tracker.length + column;
      ALPHAS.forEach((alpha, a) => {
        if ((similarity[index] as number) < alpha - EPSILON) return;
        truePositives[a] = (truePositives[a] as number) + 1;
        const counts = matches[a] as Float64Array;
        counts[cellOf(index)] = (counts[cellOf(index)] as number) + 1;
      });
    });
  }
  const association = Float64Array.from(matches, (counts) => {
    let sum = 0;
    counts.forEach((matched, cell) => {
      if (matched === 0) return;
      const either =
        (truthCount[Math.floor(cell / trackerIds)] as number) + (trackerCount[cell % trackerIds] as number);
      sum += matched * (matched / Math.max(1, either - matched));
    });
    return sum;
  });
  return {
    truePositives,
    falsePositives: truePositives.map((hits) => sequence.trackerBoxes - hits),
    falseNegatives: truePositives.map((hits) => sequence.truthBoxes - hits),
    association,
  };
}

/** Mean over α of √(detection accuracy · association accuracy). */
export function hota(counts: HotaCounts): number {
  const perAlpha = counts.truePositives.map((hits, a) => {
    const all = hits + (counts.falsePositives[a] as number) + (counts.falseNegatives[a] as number);
    const detection = hits / Math.max(1, all);
    const association = (counts.association[a] as number) / Math.max(1, hits);
    return Math.sqrt(detection * association);
  });
  return perAlpha.reduce((sum, value) => sum + value, 0) / perAlpha.length;
}

/** How well each pair of identities fits over the whole sequence: a soft Jaccard index of their boxes. */
function globalAlignment(sequence: PairedSequence): Float64Array {
  const { truthIds, trackerIds } = sequence;
  const potential = new Float64Array(truthIds * trackerIds);
  const truthCount = new Float64Array(truthIds);
  const trackerCount = new Float64Array(trackerIds);
  for (const { truth, tracker, similarity } of sequence.frames) {
    count(truthCount, truth);
    count(trackerCount, tracker);
    const rowSum = new Float64Array(truth.length);
    const columnSum = new Float64Array(tracker.length);
    similarity.forEach((iou, index) => {
      const row = Math.floor(index / tracker.length);
      const column = index % tracker.length;
      rowSum[row] = (rowSum[row] as number) + iou;
      columnSum[column] = (columnSum[column] as number) + iou;
    });
    similarity.forEach((iou, index) => {
      const row = Math.floor(index / tracker.length);
      const column = index % tracker.length;
      const either = (rowSum[row] as number) + (columnSum[column] as number) - iou;
      if (either <= EPSILON) return;
      const cell = (truth[row] as number) * trackerIds + (tracker[column] as number);
      potential[cell] = (potential[cell] as number) + iou / either;
    });
  }
  return potential.map((shared, cell) => {
    const either =
      (truthCount[Math.floor(cell / trackerIds)] as number) + (trackerCount[cell % trackerIds] as number);
    return shared / (either - shared);
  });
}

function count(counts: Float64Array, ids: Int32Array): void {
  for (const id of ids) counts[id] = (counts[id] as number) + 1;
}

// CLEAR-MOT (Bernardin and Stiefelhagen 2008) as TrackEval counts it: misses, false boxes, identity switches.
import { assign } from "./assignment.ts";
import { EPSILON, type PairedSequence } from "./paired.ts";

export interface ClearCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly switches: number;
}

const THRESHOLD = 0.5;
/** A pair that was matched in the frame before beats any overlap. */
const CONTINUITY = 1000;
const NONE = -1;

export function clearCounts(sequence: PairedSequence): ClearCounts {
  const lastTracker = new Int32Array(sequence.truthIds).fill(NONE);
  const trackerInLastFrame = new Int32Array(sequence.truthIds).fill(NONE);
  let truePositives = 0;
  let falsePositives = 0;
  let falseNegatives = 0;
  let switches = 0;
  for (const { truth, tracker, similarity } of sequence.frames) {
    if (truth.length === 0 || tracker.length === 0) {
      falsePositives += tracker.length;
      falseNegatives += truth.length;
      continue;
    }
    const scores = similarity.map((iou, index) => {
      if (iou < THRESHOLD - EPSILON) return 0;
      const id = truth[Math.floor(index / tracker.length)] as number;
      return trackerInLastFrame[id] === tracker[index % tracker.length] ? CONTINUITY + iou : iou;
    });
    const columns = assign(scores, truth.length, tracker.length);
    trackerInLastFrame.fill(NONE);
    let matched = 0;
    columns.forEach((column, row) => {
      if (column === -1 || (scores[row * tracker.length + column] as number) <= EPSILON) return;
      matched++;
      const id = truth[row] as number;
      const trackerId = tracker[column] as number;
      if (lastTracker[id] !== NONE && lastTracker[id] !== trackerId) switches++;
      lastTracker[id] = trackerId;
      trackerInLastFrame[id] = trackerId;
    });
    truePositives += matched;
    falsePositives += tracker.length - matched;
    falseNegatives += truth.length - matched;
  }
  return { truePositives, falsePositives, falseNegatives, switches };
}

/** Multiple object tracking accuracy: 1 − (misses + false boxes + switches) / truth boxes. */
export function mota(counts: ClearCounts): number {
  const truth = counts.truePositives + counts.falseNegatives;
  return (counts.truePositives - counts.falsePositives - counts.switches) / Math.max(1, truth);
}

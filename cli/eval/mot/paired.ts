// Ground truth and result of one sequence, frame by frame, after the benchmark's preprocessing.
import { assign } from "./assignment.ts";
import type { MotRow } from "./rows.ts";

/** One frame: dense indices of truth and tracker identities and their IoU, truth-major. */
export interface PairedFrame {
  readonly truth: Int32Array;
  readonly tracker: Int32Array;
  readonly similarity: Float64Array;
}

/** A sequence ready to score: identities are numbered from 0. */
export interface PairedSequence {
  readonly frames: readonly PairedFrame[];
  readonly truthIds: number;
  readonly trackerIds: number;
  readonly truthBoxes: number;
  readonly trackerBoxes: number;
}

/** Comparisons in TrackEval are made with this slack, so that 0.5 counts as 0.5. */
export const EPSILON = Number.EPSILON;

const PEDESTRIAN = 1;
/** Person on vehicle, static person, distractor, reflection: a box on one of these is neither right nor wrong. */
const DISTRACTORS = new Set([2, 7, 8, 12]);

/**
 * Pairs truth and result as TrackEval's MotChallenge2DBox does: zero-marked truth is dropped; where the truth
 * has classes (MOT16 and later), only pedestrians are scored, and result boxes matched (IoU ≥ 0.5, best
 * assignment over all truth) to a distractor class are removed.
 */
export function pair(truth: readonly MotRow[], result: readonly MotRow[]): PairedSequence {
  const truthByFrame = byFrame(truth);
  const resultByFrame = byFrame(result);
  const last = Math.max(0, ...truthByFrame.keys(), ...resultByFrame.keys());
  const truthIndex = new Map<number, number>();
  const trackerIndex = new Map<number, number>();
  const frames: PairedFrame[] = [];
  let truthBoxes = 0;
  let trackerBoxes = 0;
  for (let frame = 1; frame <= last; frame++) {
    const all = truthByFrame.get(frame) ?? [];
    const found = withoutDistractors(all, resultByFrame.get(frame) ?? []);
    const kept = all.filter(isScored);
    truthBoxes += kept.length;
    trackerBoxes += found.length;
    frames.push({
      truth: Int32Array.from(kept, (row) => denseIndex(truthIndex, row.id)),
      tracker: Int32Array.from(found, (row) => denseIndex(trackerIndex, row.id)),
      similarity: similarities(kept, found),
    });
  }
  return { frames, truthIds: truthIndex.size, trackerIds: trackerIndex.size, truthBoxes, trackerBoxes };
}

function byFrame(rows: readonly MotRow[]): Map<number, MotRow[]> {
  const frames = new Map<number, MotRow[]>();
  for (const row of rows) {
    const known = frames.get(row.frame);
    if (known === undefined) frames.set(row.frame, [row]);
    else known.push(row);
  }
  return frames;
}

function isScored(row: MotRow): boolean {
  return row.confidence !== 0 && (row.class === undefined || row.class === PEDESTRIAN);
}

function withoutDistractors(truth: readonly MotRow[], result: readonly MotRow[]): readonly MotRow[] {
  if (!truth.some((row) => row.class !== undefined)) return result;
  const scores = similarities(truth, result).map((iou) => (iou >= 0.5 - EPSILON ? iou : 0));
  const removed = new Set<MotRow | undefined>();
  assign(scores, truth.length, result.length).forEach((column, row) => {
    if (column === -1 || (scores[row * result.length + column] as number) <= EPSILON) return;
    if (DISTRACTORS.has(truth[row]?.class ?? PEDESTRIAN)) removed.add(result[column]);
  });
  return result.filter((row) => !removed.has(row));
}

function denseIndex(indices: Map<number, number>, id: number): number {
  let index = indices.get(id);
  if (index === undefined) {
    index = indices.size;
    indices.set(id, index);
  }
  return index;
}

/** IoU of every pair, row-major over the first list. */
export function similarities(a: readonly MotRow[], b: readonly MotRow[]): Float64Array {
  const scores = new Float64Array(a.length * b.length);
  a.forEach((p, row) => {
    b.forEach((q, column) => {
      const width = Math.min(p.x + p.width, q.x + q.width) - Math.max(p.x, q.x);
      const height = Math.min(p.y + p.height, q.y + q.height) - Math.max(p.y, q.y);
      if (width <= 0 || height <= 0) return;
      const overlap = width * height;
      scores[row * b.length + column] = overlap / (p.width * p.height + q.width * q.height - overlap);
    });
  });
  return scores;
}

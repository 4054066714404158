// Verification figures: are two pictures of one person, at every threshold and at chosen rates of false matches.
import { bootstrap, wilson, type Interval } from "../interval.ts";

export interface ScoredPair {
  readonly score: number;
  readonly same: boolean;
  readonly fold?: string;
}

/** Area under the ROC curve (Mann–Whitney): the chance that a pair of one person scores above one of two. */
export function areaUnderCurve(pairs: readonly ScoredPair[]): number {
  const sorted = [...pairs].sort((a, b) => a.score - b.score);
  let rankSum = 0;
  let same = 0;
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (end < sorted.length && sorted[end]?.score === sorted[i]?.score) end++;
    // Ties share the mean of their ranks.
    const rank = (i + 1 + end) / 2;
    for (; i < end; i++) {
      if (sorted[i]?.same === true) {
        rankSum += rank;
        same++;
      }
    }
  }
  return (rankSum - (same * (same + 1)) / 2) / (same * (sorted.length - same));
}

/** The rate at which false matches and false non-matches are equally frequent. */
export function equalErrorRate(pairs: readonly ScoredPair[]): number {
  const sorted = [...pairs].sort((a, b) => b.score - a.score);
  const same = sorted.filter((pair) => pair.same).length;
  const other = sorted.length - same;
  let missed = same;
  let false_ = 0;
  let rate = 1;
  for (const pair of sorted) {
    if (pair.same) missed--;
    else false_++;
    const worse = Math.max(missed / same, false_ / other);
    if (worse > rate) break;
    rate = worse;
  }
  return rate;
}

/** The least threshold at which at most `rate` of these scores of different people reach it. */
export function thresholdForRate(impostors: readonly number[] | Float32Array, rate: number): number {
  const sorted = Float64Array.from(impostors).sort();
  const allowed = Math.floor(rate * sorted.length);
  const highest = sorted[sorted.length - 1 - allowed];
  return highest === undefined ? NaN : highest + 1e-7;
}

export function shareAtLeast(scores: readonly number[] | Float32Array, threshold: number): number {
  let count = 0;
  for (const score of scores) if (score >= threshold) count++;
  return count / scores.length;
}

/** Accuracy with the threshold always fitted to the other folds; undefined without folds. */
export function crossValidatedAccuracy(
  pairs: readonly ScoredPair[],
): { readonly accuracy: number; readonly interval: Interval } | undefined {
  const folds = new Set(pairs.map(({ fold }) => fold));
  if (folds.size < 2 || folds.has(undefined)) return undefined;
  let right = 0;
  for (const fold of folds) {
    const threshold = bestThreshold(pairs.filter((pair) => pair.fold !== fold));
    right += pairs.filter((pair) => pair.fold === fold && pair.score >= threshold === pair.same).length;
  }
  return { accuracy: right / pairs.length, interval: wilson(right, pairs.length) };
}

function bestThreshold(pairs: readonly ScoredPair[]): number {
  const sorted = [...pairs].sort((a, b) => b.score - a.score);
  let right = sorted.filter(({ same }) => !same).length;
  let most = right;
  let threshold = Infinity;
  sorted.forEach(({ score, same }, i) => {
    right += same ? 1 : -1;
    if (right > most) {
      most = right;
      // Halfway to the next score: fitted to neither of them.
      threshold = (score + (sorted[i + 1]?.score ?? score)) / 2;
    }
  });
  return threshold;
}

export interface Verification {
  readonly pairs: number;
  readonly accuracy?: number;
  readonly auc: number;
  readonly eer: number;
  readonly tar_at_far_1e2: number;
  readonly tar_at_far_1e3: number;
  readonly intervals: Readonly<Record<string, Interval>>;
}

export function verification(pairs: readonly ScoredPair[]): Verification {
  const genuine = pairs.filter(({ same }) => same).map(({ score }) => score);
  const impostors = pairs.filter(({ same }) => !same).map(({ score }) => score);
  const tar = (rate: number): number => shareAtLeast(genuine, thresholdForRate(impostors, rate));
  const validated = crossValidatedAccuracy(pairs);
  return {
    pairs: pairs.length,
    ...(validated === undefined ? {} : { accuracy: validated.accuracy }),
    auc: areaUnderCurve(pairs),
    eer: equalErrorRate(pairs),
    tar_at_far_1e2: tar(1e-2),
    tar_at_far_1e3: tar(1e-3),
    intervals: {
      ...(validated === undefined ? {} : { accuracy: validated.interval }),
      auc: bootstrap(pairs, areaUnderCurve),
      eer: bootstrap(pairs, equalErrorRate),
      tar_at_far_1e2: wilson(tar(1e-2) * genuine.length, genuine.length),
      tar_at_far_1e3: wilson(tar(1e-3) * genuine.length, genuine.length),
    },
  };
}

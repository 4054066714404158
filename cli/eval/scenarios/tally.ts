// Sums over scenarios: per rule hits, misses and false claims with their intervals.
import { type Interval, wilson } from "../interval.ts";
import type { Matching } from "./match.ts";

/** The figures of one rule. `interval`s are Wilson's at 95 %; `false_per_1000` is per 1,000 lawful passages. */
export interface RuleScore {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly precision: number;
  readonly recall: number;
  readonly lawful_passages: number;
  readonly false_per_1000: number;
  readonly delay_s_p95: number;
  readonly plates_right: number;
  readonly plates_wrong: number;
  readonly interval: {
    readonly recall: Interval;
    readonly precision: Interval;
    readonly false_per_1000: Interval;
  };
}

interface Sum {
  tp: number;
  fp: number;
  fn: number;
  lawful: number;
  platesRight: number;
  platesWrong: number;
  readonly delaysS: number[];
}

export interface Tally {
  add(matching: Matching, lawfulPassages: ReadonlyMap<string, number>): void;
  scores(): Record<string, RuleScore>;
}

export function createTally(): Tally {
  const sums = new Map<string, Sum>();
  const sumOf = (rule: string): Sum => {
    let sum = sums.get(rule);
    if (sum === undefined) {
      sum = { tp: 0, fp: 0, fn: 0, lawful: 0, platesRight: 0, platesWrong: 0, delaysS: [] };
      sums.set(rule, sum);
    }
    return sum;
  };
  return {
    add(matching, lawfulPassages) {
      for (const { label, claim } of matching.hits) {
        const sum = sumOf(label.rule);
        sum.tp++;
        sum.delaysS.push(Math.max(0, claim.tMs - label.trueMs) / 1000);
        if (label.plate === undefined || claim.plate === undefined) continue;
        if (label.plate === claim.plate) sum.platesRight++;
        else sum.platesWrong++;
      }
      for (const label of matching.missed) sumOf(label.rule).fn++;
      for (const claim of matching.falseClaims) sumOf(claim.rule).fp++;
      for (const [rule, passages] of lawfulPassages) sumOf(rule).lawful += passages;
    },
    scores: () =>
      Object.fromEntries(
        [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([rule, sum]) => [rule, scoreOf(sum)]),
      ),
  };
}

function scoreOf({ tp, fp, fn, lawful, platesRight, platesWrong, delaysS }: Sum): RuleScore {
  const perThousand = wilson(Math.min(fp, lawful), lawful);
  return {
    tp,
    fp,
    fn,
    precision: share(tp, tp + fp),
    recall: share(tp, tp + fn),
    lawful_passages: lawful,
    false_per_1000: lawful === 0 ? 0 : (1000 * fp) / lawful,
    delay_s_p95: percentile95(delaysS),
    plates_right: platesRight,
    plates_wrong: platesWrong,
    interval: {
      recall: wilson(tp, tp + fn),
      precision: wilson(tp, tp + fp),
      false_per_1000: [1000 * perThousand[0], 1000 * perThousand[1]],
    },
  };
}

/** 1 where there was nothing to get wrong. */
function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

/** Nearest rank; 0 without values. */
function percentile95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(0.95 * sorted.length) - 1)] ?? 0;
}

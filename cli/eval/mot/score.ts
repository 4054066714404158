// The scores of one sequence and of several together, in the figures that MOTChallenge prints.
import { type ClearCounts, clearCounts, mota } from "./clear.ts";
import { type HotaCounts, hota, hotaCounts } from "./hota.ts";
import { type IdentityCounts, idf1, identityCounts } from "./identity.ts";
import { pair } from "./paired.ts";
import type { MotRow } from "./rows.ts";

/** Counts that add up over sequences: a set is scored on their sum, as MOTChallenge's COMBINED_SEQ is. */
export interface MotCounts {
  readonly clear: ClearCounts;
  readonly identity: IdentityCounts;
  readonly hota: HotaCounts;
}

/** Percentages as in MOTChallenge tables; `idsw`, `fp`, `fn` are counts. */
export interface MotScores {
  readonly mota: number;
  readonly hota: number;
  readonly idf1: number;
  readonly idsw: number;
  readonly fp: number;
  readonly fn: number;
}

export function countSequence(truth: readonly MotRow[], result: readonly MotRow[]): MotCounts {
  const paired = pair(truth, result);
  return { clear: clearCounts(paired), identity: identityCounts(paired), hota: hotaCounts(paired) };
}

export function scoresOf(counts: readonly MotCounts[]): MotScores {
  const clear = sumOf(counts.map((each) => each.clear));
  return {
    mota: 100 * mota(clear),
    hota: 100 * hota(sumHota(counts.map((each) => each.hota))),
    idf1: 100 * idf1(sumOf(counts.map((each) => each.identity))),
    idsw: clear.switches,
    fp: clear.falsePositives,
    fn: clear.falseNegatives,
  };
}

function sumOf<T extends { readonly [K in keyof T]: number }>(counts: readonly T[]): T {
  const sum: Record<string, number> = {};
  for (const each of counts) {
    for (const [key, value] of Object.entries<number>(each)) sum[key] = (sum[key] ?? 0) + value;
  }
  return sum as T;
}

function sumHota(counts: readonly HotaCounts[]): HotaCounts {
  const sum = (key: keyof HotaCounts): Float64Array => {
    const total = new Float64Array(counts[0]?.[key].length ?? 0);
    for (const each of counts) each[key].forEach((value, a) => (total[a] = (total[a] as number) + value));
    return total;
  };
  return {
    truePositives: sum("truePositives"),
    falsePositives: sum("falsePositives"),
    falseNegatives: sum("falseNegatives"),
    association: sum("association"),
  };
}

// The best few owners seen so far, each with its best score.

export interface Ranked {
  readonly owner: number;
  readonly score: number;
}

export interface Ranking {
  readonly limit: number;
  /** The least score that still enters: −∞ until there are `limit` owners. */
  readonly floor: number;
  readonly list: readonly Ranked[];
  offer(owner: number, score: number): void;
}

/** Keeps the `limit` best owners, best first; made for limits of a few dozen. */
export function createRanking(limit: number): Ranking {
  const list: Ranked[] = [];
  let floor = -Infinity;
  return {
    limit,
    get floor() {
      return floor;
    },
    list,
    offer(owner, score) {
      const known = list.findIndex((each) => each.owner === owner);
      if (known >= 0 && (list[known] as Ranked).score >= score) return;
      if (known >= 0) list.splice(known, 1);
      else if (list.length >= limit) {
        if (score <= floor) return;
        list.pop();
      }
      let at = list.length;
      while (at > 0 && (list[at - 1] as Ranked).score < score) at--;
      list.splice(at, 0, { owner, score });
      floor = list.length < limit ? -Infinity : (list[limit - 1] as Ranked).score;
    },
  };
}

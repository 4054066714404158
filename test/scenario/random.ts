// Seeded randomness: the same seed gives the same scene on every machine.

/** A source of random numbers. Two sources with the same seed give the same sequence. */
export interface Random {
  /** Uniform in [from, to). */
  between(from: number, to: number): number;
  /** Uniform integer in [from, to]. */
  integer(from: number, to: number): number;
  /** Normal with this mean and standard deviation. */
  normal(mean: number, deviation: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** Poisson-distributed count. */
  count(mean: number): number;
  /** A source of its own for a part, so that one part's draws do not shift another's. */
  fork(part: string): Random;
}

export function createRandom(seed: number | string): Random {
  const start = hash(String(seed));
  let state = start;
  // mulberry32 (Tommy Ettinger, public domain): 32 bits of state are plenty for scenes.
  const unit = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const random: Random = {
    between: (from, to) => from + (to - from) * unit(),
    integer: (from, to) => from + Math.floor((to - from + 1) * unit()),
    normal: (mean, deviation) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    chance: (probability) => unit() < probability,
    pick: (choices) => choices[Math.floor(choices.length * unit())] ?? choices[0],
    count: (mean) => {
      const limit = Math.exp(-mean);
      let product = unit();
      let events = 0;
      while (product > limit) {
        product *= unit();
        events++;
      }
      return events;
    },
    fork: (part) => createRandom(`${start}/${part}`),
  };
  return random;
}

/** FNV-1a over UTF-16 units, then mixed. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return value ^ (value >>> 13);
}

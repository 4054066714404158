// How long to wait before the next try: exponential with jitter, so that a hundred cameras don't return in step.

/** First delay, ms. */
const FIRST_MS = 500;
/** Longest delay, ms: raising it spares a dead network, lowering it finds a camera again sooner. */
const LONGEST_MS = 5000;
/** A run that was healthy for so long starts the delays anew, ms. */
export const HEALTHY_MS = 60_000;

export class Backoff {
  #attempt = 0;
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  get attempt(): number {
    return this.#attempt;
  }

  /** The next delay in ms: between half and all of 0.5, 1, 2, 4, 5, 5 … s. */
  next(): number {
    const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(this.#attempt, 10));
    this.#attempt++;
    return Math.round(full * (0.5 + this.#random() / 2));
  }

  reset(): void {
    this.#attempt = 0;
  }
}

// Capture time without the camera's clock: the lower envelope of arrival minus time stamp (DESIGN decision 6).

/** A capture time as the method knows it. */
export interface ArrivalTime {
  /** Ms on the clock of the arrivals given. */
  readonly captureMs: number;
  /** Half width of the interval; undefined until the envelope has settled. */
  readonly uncertaintyMs: number | undefined;
}

/** One minimum is kept for each span of this length, ms. */
const SPAN_MS = 5000;
/** Spans remembered: one minute, in which two clocks 50 ppm apart drift 3 ms. */
const SPANS = 12;
/** Before so much media time the burst that follows a connect may still be all there is, ms. */
const SETTLED_MS = 2000;
/**
 * What the envelope cannot see: the shortest way from shutter to arrival (exposure, encoder, network, decoder), ms.
 * An allowance, not a measurement of this camera: raising it makes every time less certain, lowering it claims
 * what nobody measured.
 */
const UNSEEN_DELAY_MS = 150;

/**
 * The frame that came fastest tells the offset between the stamps and the box's clock; all others came later by
 * queueing, never earlier. Feed it a monotonic clock: a step of the box's clock must not look like a fast frame.
 */
export class ArrivalClock {
  #spans: { readonly end: number; minimum: number }[] = [];
  #firstPts: number | undefined;

  /** A new timeline: its stamps have another origin. */
  reset(): void {
    this.#spans = [];
    this.#firstPts = undefined;
  }

  /** Takes a frame in and gives its capture time on the arrivals' clock. */
  observe(ptsMs: number, arrivalMs: number): ArrivalTime {
    this.#firstPts ??= ptsMs;
    const delay = arrivalMs - ptsMs;
    const current = this.#spans.at(-1);
    if (current === undefined || arrivalMs >= current.end) {
      this.#spans.push({ end: arrivalMs + SPAN_MS, minimum: delay });
      if (this.#spans.length > SPANS) this.#spans.shift();
    } else if (delay < current.minimum) current.minimum = delay;
    let least = Infinity;
    let most = -Infinity;
    for (const [index, { minimum }] of this.#spans.entries()) {
      least = Math.min(least, minimum);
      // The span under way has not seen its fastest frame yet, unless it is all there is.
      if (index === 0 || index < this.#spans.length - 1) most = Math.max(most, minimum);
    }
    const settled = ptsMs - this.#firstPts >= SETTLED_MS;
    return {
      captureMs: ptsMs + least,
      uncertaintyMs: settled ? UNSEEN_DELAY_MS + (most - least) : undefined,
    };
  }
}

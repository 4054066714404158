// Capture time without the camera's clock: the lower envelope of arrival minus time stamp (DESIGN decision 6).

/** A capture time as the method knows it. */
export interface ArrivalTime {
  /** Ms on the clock of the arrivals given: the middle of the interval. */
  readonly captureMs: number;
  /** Half width of the interval; undefined until the envelope has settled. */
  readonly uncertaintyMs: number | undefined;
  /** When the picture would have arrived without queueing, ms on the same clock: it was taken before that. */
  readonly fastestMs: number;
  /** The stream stood still a moment ago: its stamps have yet to show that they still mean the same. */
  readonly held: boolean;
}

/**
 * The longest unqueued way from shutter to arrival that is allowed for (exposure, encoder, network, decoder), ms. The
 * envelope can't see it, and a picture can't arrive before it was taken: so the time lies between the fastest
 * arrival and so much before it, and half of it is taken off. An allowance, not a measurement of this camera:
 * raising it makes every time less certain, lowering it claims what nobody measured.
 */
const LONGEST_WAY_MS = 300;
/** The fastest frame of each window is compared with the envelope, ms. */
const WINDOW_MS = 1000;
/**
 * Two windows in a row whose fastest frames differ by less show that no queue is filling or emptying, ms: neither
 * the burst that follows a connect nor a line slower than the stream. A queue that stands still can't be seen.
 */
const STEADY_MS = 100;
/**
 * A frame that comes so much later than its stamp says it follows the last ends a standstill, ms. ffmpeg was seen to
 * guess the stamps of the next few pictures: eight seconds after a freeze one got the stamp of 40 ms after it.
 */
const STANDSTILL_MS = 1000;
/** For so long afterwards no time is claimed, ms. */
const HELD_MS = 1000;
/** The envelope rises no faster: two clocks drift apart so, queues grow faster. */
const DRIFT = 200e-6;

/**
 * The frame that came fastest tells the offset between the stamps and the box's clock; all others came later by
 * queueing, never earlier. Feed it a monotonic clock: a step of the box's clock must not look like a fast frame.
 */
export class ArrivalClock {
  /** The envelope: arrival minus stamp of a frame that did not queue; undefined before the first frame, ms. */
  #least: number | undefined;
  #last = { arrivalMs: 0, delay: 0 };
  #heldUntilMs = -Infinity;
  #windowEnd = 0;
  #windowLeast = Infinity;
  /** The fastest frames of the two windows before, the later one last. */
  #before: readonly [number, number] = [Infinity, Infinity];
  #settled = false;

  /** A new timeline: its stamps have another origin. */
  reset(): void {
    this.#least = undefined;
    this.#before = [Infinity, Infinity];
    this.#settled = false;
    this.#heldUntilMs = -Infinity;
  }

  /** Takes a frame in and gives its capture time on the arrivals' clock. */
  observe(ptsMs: number, arrivalMs: number): ArrivalTime {
    const delay = arrivalMs - ptsMs;
    if (this.#least === undefined) this.#open(arrivalMs);
    else if (delay - this.#last.delay > STANDSTILL_MS) this.#heldUntilMs = arrivalMs + HELD_MS;
    const risen = (this.#least ?? Infinity) + DRIFT * (arrivalMs - this.#last.arrivalMs);
    const least = Math.min(delay, risen);
    this.#least = least;
    this.#last = { arrivalMs, delay };
    if (arrivalMs >= this.#windowEnd) {
      this.#close(least);
      this.#open(arrivalMs);
    }
    this.#windowLeast = Math.min(this.#windowLeast, delay);
    const fastestMs = ptsMs + least;
    const half = LONGEST_WAY_MS / 2;
    // What the frames of late were slower by: a queue, or a camera whose stamps were set back.
    const risenMs = Math.max(0, Math.min(...this.#before) - least);
    const held = arrivalMs < this.#heldUntilMs;
    return {
      captureMs: fastestMs - half,
      uncertaintyMs: this.#settled && !held ? half + risenMs : undefined,
      fastestMs,
      held,
    };
  }

  #open(arrivalMs: number): void {
    this.#windowEnd = arrivalMs + WINDOW_MS;
    this.#windowLeast = Infinity;
  }

  #close(least: number): void {
    const [, last] = this.#before;
    this.#before = [last, this.#windowLeast];
    const steady = (delay: number): boolean => delay - least < STEADY_MS;
    this.#settled ||= steady(last) && steady(this.#windowLeast);
  }
}

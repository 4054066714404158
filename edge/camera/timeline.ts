// Joins ffmpeg runs into one media time that only grows: each reconnect, loop or jump of the stamps is a new timeline.

export interface TimelinePoint {
  /** Ms since the first frame of this timeline. */
  readonly ptsMs: number;
  /** Ms since the first frame ever; grows strictly. */
  readonly tMs: number;
  readonly timeline: number;
  /** Whether this frame begins a timeline. */
  readonly begins: boolean;
  /** What makes `tMs` of a stamp of this timeline. */
  readonly originMs: number;
}

/** A stamp that runs ahead of real time by more than this is a jump, ms; a late burst runs behind, never ahead. */
const JUMP_MS = 5000;
/**
 * Where stamps run backwards ffmpeg puts each picture one tick after the last, until they have caught up; ms. RTSP's
 * clock ticks 90,000 times a second, others 1,000 times: two such ticks in a row, since a busy camera may well stamp
 * two pictures half a millisecond apart.
 */
const STANDSTILL_MS = { once: 0.02, twice: 1 } as const;
/** Interval assumed after a timeline of one frame, ms. */
const ONE_FRAME_MS = 40;

/**
 * @param gaps how long a break between timelines lasts: `wall`, as long as the box's clock says (cameras, files at
 * their own pace); `media`, one frame interval (lock step, where no clock may matter).
 */
export class Timeline {
  readonly #gaps: "wall" | "media";
  #timeline = -1;
  #broken = true;
  #firstPts = 0;
  #start = 0;
  #last: { readonly ptsMs: number; readonly monotonicMs: number; readonly tMs: number } | undefined;
  #interval = ONE_FRAME_MS;

  constructor(gaps: "wall" | "media") {
    this.#gaps = gaps;
  }

  /** The next frame comes from another run of ffmpeg. */
  break(): void {
    this.#broken = true;
  }

  /** @param ptsMs the stream's own stamp; @param monotonicMs the box's monotonic clock at arrival. */
  stamp(ptsMs: number, monotonicMs: number): TimelinePoint {
    const begins = this.#broken || this.#jumped(ptsMs, monotonicMs);
    if (begins) this.#begin(ptsMs, monotonicMs);
    else if (this.#last !== undefined) this.#interval = ptsMs - this.#last.ptsMs;
    const own = ptsMs - this.#firstPts;
    const tMs = this.#start + own;
    this.#last = { ptsMs, monotonicMs, tMs };
    return { ptsMs: own, tMs, timeline: this.#timeline, begins, originMs: this.#start - this.#firstPts };
  }

  #jumped(ptsMs: number, monotonicMs: number): boolean {
    if (this.#last === undefined) return true;
    const step = ptsMs - this.#last.ptsMs;
    if (this.#gaps === "media") return step <= 0;
    if (step <= STANDSTILL_MS.once || Math.max(step, this.#interval) <= STANDSTILL_MS.twice) return true;
    return step - (monotonicMs - this.#last.monotonicMs) > JUMP_MS;
  }

  #begin(ptsMs: number, monotonicMs: number): void {
    this.#timeline++;
    this.#broken = false;
    this.#firstPts = ptsMs;
    if (this.#last === undefined) return;
    const gap = this.#gaps === "wall" ? monotonicMs - this.#last.monotonicMs : this.#interval;
    this.#start = this.#last.tMs + Math.max(1, gap);
  }
}

// Notices that no picture comes: ffmpeg's own timeout never fires while a dead camera keeps its session alive.
import type { Pace } from "./frame-clock.ts";

const CHECK_MS = 200;

/** Ms without a frame before a run is given up. */
export interface WatchdogLimits {
  /** From the start of the run to its first frame: connecting, and waiting for a key frame. */
  readonly firstMs: number;
  /** Between frames. */
  readonly betweenMs: number;
}

/** Connecting takes a camera up to some seconds, its next key frame up to 10 more, ms. */
const FIRST_FRAME_MS = 20_000;
/** Raising it tolerates worse networks, lowering it finds a frozen camera sooner, ms. */
const BETWEEN_FRAMES_MS = 5000;
/** A replay ends when a frame fails to come; a busy machine and a huge picture may take long over one, ms. */
const LOCK_STEP_MS = 60_000;

/** The limits for a pace, and for `fps` frames a second: at few of them, longer ones. */
export function watchdogLimits(pace: Pace, fps: number): WatchdogLimits {
  if (pace === "lock-step") return { firstMs: LOCK_STEP_MS, betweenMs: LOCK_STEP_MS };
  const interval = fps > 0 ? 1000 / fps : 0;
  return { firstMs: FIRST_FRAME_MS, betweenMs: Math.max(BETWEEN_FRAMES_MS, 3 * interval) };
}

/** Watches a counter of frames from a timer; `paused` time (nobody wants frames) does not count. */
export class Watchdog {
  readonly #limits: WatchdogLimits;
  readonly #frames: () => number;
  readonly #paused: () => boolean;
  readonly #onStall: (stall: "first" | "between") => void;
  #timer: NodeJS.Timeout | undefined;
  #seen = 0;
  #idleMs = 0;
  #came = false;
  #checkedMs = 0;

  constructor(
    limits: WatchdogLimits,
    frames: () => number,
    paused: () => boolean,
    onStall: (stall: "first" | "between") => void,
  ) {
    this.#limits = limits;
    this.#frames = frames;
    this.#paused = paused;
    this.#onStall = onStall;
  }

  start(): void {
    this.#seen = this.#frames();
    this.#checkedMs = performance.now();
    this.#timer = setInterval(() => this.#check(), CHECK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    const now = performance.now();
    // A stalled event loop says nothing about the camera: at most two checks' worth of it counts.
    const elapsed = Math.min(now - this.#checkedMs, 2 * CHECK_MS);
    this.#checkedMs = now;
    const frames = this.#frames();
    if (frames !== this.#seen || this.#paused()) {
      this.#came ||= frames !== this.#seen;
      this.#seen = frames;
      this.#idleMs = 0;
      return;
    }
    this.#idleMs += elapsed;
    const limit = this.#came ? this.#limits.betweenMs : this.#limits.firstMs;
    if (this.#idleMs < limit) return;
    this.stop();
    this.#onStall(this.#came ? "between" : "first");
  }
}

// Notices that no picture comes: ffmpeg's own timeout never fires while a dead camera keeps its session alive.
import type { Pace } from "./frame-clock.ts";

const CHECK_MS = 200;

/** Ms without a frame before a run is given up. */
export interface WatchdogLimits {
  /** From the start of the run to its first frame: connecting, and waiting for a key frame. */
  readonly firstMs: number;
  /** The same while not even undecoded video has come: connecting, and finding out what the stream is. */
  readonly silentMs: number;
  /** Between frames. */
  readonly betweenMs: number;
}

/** Connecting takes a camera up to some seconds, its next key frame up to 10 more, ms. */
const FIRST_FRAME_MS = 20_000;
/** ffmpeg looks at a stream that does not describe itself for 5 s, ms; a session that was opened in vain is left soon. */
const SILENT_MS = 8000;
/** Raising it tolerates worse networks, lowering it finds a frozen camera sooner, ms. */
const BETWEEN_FRAMES_MS = 5000;
/** A replay ends when a frame fails to come; a busy machine and a huge picture may take long over one, ms. */
const LOCK_STEP_MS = 60_000;

/** The limits for a pace, and for `fps` frames a second: at few of them, longer ones. */
export function watchdogLimits(pace: Pace, fps: number): WatchdogLimits {
  if (pace === "lock-step") return { firstMs: LOCK_STEP_MS, silentMs: LOCK_STEP_MS, betweenMs: LOCK_STEP_MS };
  const interval = fps > 0 ? 1000 / fps : 0;
  return {
    firstMs: FIRST_FRAME_MS,
    silentMs: SILENT_MS,
    betweenMs: Math.max(BETWEEN_FRAMES_MS, 3 * interval),
  };
}

/** What did not come in time. */
export type Stall = "silent" | "first" | "between";

/** What is said of a run that was given up for it. */
export const STALLED: Readonly<Record<Stall, string>> = {
  silent: "nothing",
  first: "no picture",
  between: "the session is alive, but no picture",
};

/** What the watchdog looks at. */
export interface Watched {
  /** A counter of frames. */
  readonly frames: () => number;
  /** Whether undecoded video has come in this run; true where none is asked for. */
  readonly heard: () => boolean;
  /** Nobody wants frames now: the time does not count. */
  readonly paused: () => boolean;
}

/** Watches a camera's run from a timer. */
export class Watchdog {
  readonly #limits: WatchdogLimits;
  readonly #watched: Watched;
  readonly #onStall: (stall: Stall, afterMs: number) => void;
  #timer: NodeJS.Timeout | undefined;
  #seen = 0;
  #idleMs = 0;
  #came = false;
  #checkedMs = 0;

  constructor(limits: WatchdogLimits, watched: Watched, onStall: (stall: Stall, afterMs: number) => void) {
    this.#limits = limits;
    this.#watched = watched;
    this.#onStall = onStall;
  }

  start(): void {
    this.#seen = this.#watched.frames();
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
    const frames = this.#watched.frames();
    if (frames !== this.#seen || this.#watched.paused()) {
      this.#came ||= frames !== this.#seen;
      this.#seen = frames;
      this.#idleMs = 0;
      return;
    }
    this.#idleMs += elapsed;
    const stall = this.#came ? "between" : this.#watched.heard() ? "first" : "silent";
    const limitMs = this.#limits[`${stall}Ms`];
    if (this.#idleMs < limitMs) return;
    this.stop();
    this.#onStall(stall, limitMs);
  }
}

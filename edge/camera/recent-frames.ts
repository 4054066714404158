// The main stream's newest frames, held for the substream's frame of the same instant.
import type { Frame, FrameTime } from "./frame.ts";
import { apartMs } from "./stream-clock.ts";

/** Full-policy: the oldest frame goes first. Not a queue: nothing is taken out of it. */
export class RecentFrames {
  readonly #limit: number;
  #frames: Frame[] = [];
  #wake: (() => void) | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes the reference that the caller holds. */
  add(frame: Frame): void {
    this.#frames.push(frame);
    if (this.#frames.length > this.#limit) this.#frames.shift()?.release();
    this.#wake?.();
  }

  /** The frame taken nearest to `time` of those whose time is known at all, with how far from it; the caller retains it before it waits for anything. */
  nearest(time: FrameTime): { readonly frame: Frame; readonly apartMs: number } | undefined {
    let best: { readonly frame: Frame; readonly apartMs: number } | undefined;
    for (const frame of this.#frames) {
      if (frame.time.uncertaintyMs === undefined) continue;
      const apart = Math.abs(apartMs(time, frame.time));
      if (best === undefined || apart < best.apartMs) best = { frame, apartMs: apart };
    }
    return best;
  }

  /** Resolves once a frame has come that was taken at `time` or later, or else after `waitMs`. */
  async reached(time: FrameTime, waitMs: number, signal: AbortSignal): Promise<void> {
    const wake = (): void => this.#wake?.();
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort();
      wake();
    }, waitMs);
    signal.addEventListener("abort", wake);
    try {
      while (
        !signal.aborted &&
        !late.signal.aborted &&
        !this.#frames.some((frame) => apartMs(time, frame.time) >= 0)
      )
        await new Promise<void>((resolve) => (this.#wake = resolve));
    } finally {
      clearTimeout(timer);
      this.#wake = undefined;
      signal.removeEventListener("abort", wake);
    }
  }

  /** The stream has gone: what it brought must not be taken for the present. */
  clear(): void {
    for (const frame of this.#frames) frame.release();
    this.#frames = [];
  }
}

// Gives each frame its times: media time over all timelines, and capture time by the camera's method.
import { ArrivalClock } from "../clock/arrival.ts";
import { monotonicMs } from "../clock/monotonic.ts";
import type { FrameTime } from "./frame.ts";
import type { SlotTimes } from "./slots.ts";
import { Timeline } from "./timeline.ts";

/** How fast a source is played. `lock-step`: as fast as it is consumed, nothing dropped. */
export type Pace = "live" | "realtime-file" | "lock-step";

export class FrameClock {
  readonly #pace: Pace;
  readonly #now: () => number;
  readonly #timeline: Timeline;
  readonly #arrival = new ArrivalClock();
  #startMs: number | undefined;

  /**
   * @param startMs capture time of a file's first frame, ms since 1970; by default its arrival, and 0 in lock step.
   * @param now the box's wall clock.
   */
  constructor(pace: Pace, startMs: number | undefined, now: () => number) {
    this.#pace = pace;
    this.#now = now;
    this.#timeline = new Timeline(pace === "lock-step" ? "media" : "wall");
    this.#startMs = startMs ?? (pace === "lock-step" ? 0 : undefined);
  }

  /** The next frame comes from another run of ffmpeg. */
  break(): void {
    this.#timeline.break();
  }

  stamp(times: SlotTimes): FrameTime {
    const point = this.#timeline.stamp(times.ptsMs, times.arrivalMs);
    const boxArrivalMs = this.#now() - (monotonicMs() - times.arrivalMs);
    const common = { ptsMs: point.ptsMs, tMs: point.tMs, timeline: point.timeline, boxArrivalMs };
    if (this.#pace !== "live") {
      this.#startMs ??= boxArrivalMs;
      return { ...common, captureMs: this.#startMs + point.tMs, method: "media", uncertaintyMs: 0 };
    }
    if (point.begins) this.#arrival.reset();
    const { captureMs, uncertaintyMs } = this.#arrival.observe(point.ptsMs, times.arrivalMs);
    const wall = {
      ...common,
      captureMs: captureMs + (boxArrivalMs - times.arrivalMs),
      method: "arrival" as const,
    };
    return uncertaintyMs === undefined ? wall : { ...wall, uncertaintyMs };
  }
}

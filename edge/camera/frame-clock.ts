// Gives each frame its times: media time over all timelines, and capture time by the camera's method.
import { ArrivalClock } from "../clock/arrival.ts";
import { monotonicMs } from "../clock/monotonic.ts";
import { RtcpClock } from "../clock/rtcp.ts";
import type { FrameTime } from "./frame.ts";
import type { SlotTimes } from "./slots.ts";
import { Timeline } from "./timeline.ts";

/** How fast a source is played. `lock-step`: as fast as it is consumed, nothing dropped. */
export type Pace = "live" | "realtime-file" | "lock-step";

/**
 * How far the camera's clock may lie before and after the time that arrival tells, ms. A picture takes up to a second
 * to arrive and can't arrive before it was taken; what goes beyond is a wrong clock, and the box's own is used.
 */
const PLAUSIBLE_MS = { before: 1000, after: 100 } as const;

export class FrameClock {
  readonly #pace: Pace;
  readonly #now: () => number;
  readonly #timeline: Timeline;
  readonly #arrival = new ArrivalClock();
  readonly #rtcp = new RtcpClock();
  #startMs: number | undefined;
  /** Whether the run under way has had a frame, and whether its stamps jumped since. */
  #run: "new" | "steady" | "jumped" = "new";
  #originMs = 0;
  #cameraAheadMs: number | undefined;
  #faultTold = false;

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
    this.#rtcp.reset();
    this.#run = "new";
    this.#faultTold = false;
  }

  /** The stamps of the run under way have jumped: what else was said of them holds no more. */
  get jumped(): boolean {
    return this.#run === "jumped";
  }

  /** Added to a stamp of the run under way it gives `tMs`; undefined before its first frame. */
  get originMs(): number | undefined {
    return this.#run === "steady" ? this.#originMs : undefined;
  }

  /** What is wrong with the camera's clock, once a run: it is further from the box's than a picture's way can explain. */
  takeFault(): string | undefined {
    if (this.#cameraAheadMs === undefined || this.#faultTold) return undefined;
    this.#faultTold = true;
    const seconds = (Math.abs(this.#cameraAheadMs) / 1000).toFixed(1);
    return `the camera's clock is ${seconds} s ${this.#cameraAheadMs > 0 ? "ahead of" : "behind"} the box's, which is used`;
  }

  /** What the camera's clock showed at a stamp of the run under way. */
  refer(ntpMs: number, ptsMs: number): void {
    if (this.#run !== "jumped") this.#rtcp.observe({ ntpMs, ptsMs, boxMs: this.#now() });
  }

  stamp(times: SlotTimes): FrameTime {
    const point = this.#timeline.stamp(times.ptsMs, times.arrivalMs);
    if (point.begins) this.#begin(point.originMs);
    const boxArrivalMs = this.#now() - (monotonicMs() - times.arrivalMs);
    const common = { ptsMs: point.ptsMs, tMs: point.tMs, timeline: point.timeline, boxArrivalMs };
    if (this.#pace !== "live") {
      this.#startMs ??= boxArrivalMs;
      return { ...common, captureMs: this.#startMs + point.tMs, method: "media", uncertaintyMs: 0 };
    }
    const arrival = this.#arrival.observe(point.ptsMs, times.arrivalMs);
    const wallMs = boxArrivalMs - times.arrivalMs;
    const captureMs = arrival.captureMs + wallMs;
    const { offset } = this.#rtcp;
    const cameraNtpMs = offset === undefined ? undefined : times.ptsMs + offset.offsetMs;
    if (
      offset !== undefined &&
      cameraNtpMs !== undefined &&
      this.#plausible(cameraNtpMs - (arrival.fastestMs + wallMs))
    ) {
      const claim = arrival.held ? {} : { uncertaintyMs: offset.uncertaintyMs };
      return { ...common, captureMs: cameraNtpMs, method: "rtcp", ...claim, cameraNtpMs };
    }
    return {
      ...common,
      captureMs,
      method: "arrival",
      ...(arrival.uncertaintyMs === undefined ? {} : { uncertaintyMs: arrival.uncertaintyMs }),
      ...(cameraNtpMs === undefined ? {} : { cameraNtpMs }),
    };
  }

  #begin(originMs: number): void {
    this.#originMs = originMs;
    this.#run = this.#run === "new" ? "steady" : "jumped";
    this.#arrival.reset();
    if (this.#run === "jumped") this.#rtcp.reset();
  }

  #plausible(cameraAheadMs: number): boolean {
    const plausible = cameraAheadMs >= -PLAUSIBLE_MS.before && cameraAheadMs <= PLAUSIBLE_MS.after;
    this.#cameraAheadMs = plausible ? undefined : cameraAheadMs;
    return plausible;
  }
}

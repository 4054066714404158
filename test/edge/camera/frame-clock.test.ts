// Which clock a frame's time comes from, and when none is claimed.
import { describe, expect, it } from "vitest";
import { monotonicMs } from "../../../edge/clock/monotonic.ts";
import { FrameClock } from "../../../edge/camera/frame-clock.ts";
import type { FrameTime } from "../../../edge/camera/frame.ts";

const WAY_MS = 100;

/** A camera of five frames a second whose pictures take {@link WAY_MS} to arrive, and whose clock is off. */
class Camera {
  /** The box's clocks when the camera was opened. */
  readonly #monotonicMs = monotonicMs();
  readonly wallMs = Date.UTC(2026, 0, 5);
  readonly #aheadMs: number;
  #nowMs = 0;
  readonly clock = new FrameClock("live", undefined, () => this.wallMs + monotonicMs() - this.#monotonicMs);

  constructor(aheadMs = 0) {
    this.#aheadMs = aheadMs;
  }

  /** Frames until `seconds` after the opening, with a report of the camera's clock every two seconds if asked for. */
  play(seconds: number, reports: boolean, lateMs = 0): FrameTime[] {
    const times: FrameTime[] = [];
    for (; this.#nowMs < seconds * 1000; this.#nowMs += 200) {
      const arrivalMs = this.#monotonicMs + this.#nowMs + WAY_MS + lateMs;
      times.push(this.clock.stamp({ ptsMs: this.#nowMs, arrivalMs }));
      // The frames are played in no time, so the box's clock never comes near to what the reports say.
      if (reports && this.#nowMs > 0 && this.#nowMs % 2000 === 0)
        this.clock.refer(this.wallMs + this.#nowMs + this.#aheadMs, this.#nowMs);
    }
    return times;
  }
}

describe("FrameClock", () => {
  it("goes by the camera's clock once it is believed, and by arrival before", () => {
    const camera = new Camera();
    const times = camera.play(20, true);
    expect(times[20]).toMatchObject({ method: "arrival", uncertaintyMs: 150 });
    const last = times.at(-1);
    expect(last).toMatchObject({ method: "rtcp", uncertaintyMs: 40 });
    expect(last?.captureMs).toBe(camera.wallMs + (last?.ptsMs ?? 0));
    expect(camera.clock.takeFault()).toBeUndefined();
  });

  it("holds the true time within what it states, without the camera's clock", () => {
    const camera = new Camera();
    const times = camera.play(20, false);
    for (const { captureMs, ptsMs, uncertaintyMs } of times.slice(15)) {
      expect(Math.abs(captureMs - (camera.wallMs + ptsMs))).toBeLessThanOrEqual(uncertaintyMs ?? -1);
    }
  });

  it.each([
    ["ahead of", 3_600_000, "3599.9 s ahead of the box's"],
    ["behind", -60_000, "60.1 s behind the box's"],
  ])("uses its own clock where the camera's is far %s it, and says so", (_, aheadMs, words) => {
    const camera = new Camera(aheadMs);
    const last = camera.play(20, true).at(-1);
    expect(last?.method).toBe("arrival");
    expect(last?.cameraNtpMs).toBe(camera.wallMs + (last?.ptsMs ?? 0) + aheadMs);
    expect(camera.clock.takeFault()).toContain(words);
    expect(camera.clock.takeFault()).toBeUndefined();
  });

  it("claims no time, by neither clock, just after a standstill", () => {
    const camera = new Camera();
    camera.play(20, true);
    const [after] = camera.play(20.2, true, 8000);
    expect(after?.method).toBe("rtcp");
    expect(after).not.toHaveProperty("uncertaintyMs");
  });

  it("begins a new timeline, without the camera's clock, when the stamps jump", () => {
    const camera = new Camera();
    camera.play(20, true);
    const jumped = camera.clock.stamp({ ptsMs: 3000, arrivalMs: monotonicMs() + 20_100 });
    expect(jumped).toMatchObject({ timeline: 1, ptsMs: 0, method: "arrival" });
    expect(camera.clock.jumped).toBe(true);
    expect(camera.clock.originMs).toBeUndefined();
    camera.clock.break();
    expect(camera.clock.jumped).toBe(false);
  });

  it("counts a file's time from the start it was given, and calls it exact", () => {
    const clock = new FrameClock("lock-step", 5000, () => 0);
    expect(clock.stamp({ ptsMs: 80, arrivalMs: 1 })).toMatchObject({
      captureMs: 5000,
      method: "media",
      uncertaintyMs: 0,
    });
    expect(clock.stamp({ ptsMs: 120, arrivalMs: 2 }).captureMs).toBe(5040);
  });
});

// The lower envelope finds the offset under queueing, bursts and drift.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArrivalClock } from "../../../edge/clock/arrival.ts";

describe("ArrivalClock", () => {
  it("is right to the fastest frame's delay once one frame came through without queueing", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 20, maxLength: 200 }),
        (queueing) => {
          const clock = new ArrivalClock();
          const offset = 1_000_000;
          for (const [index, delay] of [0, ...queueing].entries()) {
            const pts = index * 200;
            const { captureMs } = clock.observe(pts, offset + pts + delay);
            expect(captureMs).toBeGreaterThanOrEqual(offset + pts - 1e-6);
            if (pts < 60_000) expect(captureMs).toBeCloseTo(offset + pts, 6);
          }
        },
      ),
    );
  });

  it("does not know its uncertainty during the burst that follows a connect", () => {
    const clock = new ArrivalClock();
    for (let index = 0; index < 10; index++) {
      expect(clock.observe(index * 200, 5000 + index * 10).uncertaintyMs).toBeUndefined();
    }
    expect(clock.observe(2000, 5100).uncertaintyMs).toBeGreaterThan(0);
  });

  it("follows a camera whose clock runs 50 ppm slow within 5 ms over ten minutes", () => {
    const clock = new ArrivalClock();
    let worst = 0;
    for (let arrival = 0; arrival < 600_000; arrival += 200) {
      const pts = arrival * (1 - 50e-6);
      worst = Math.max(worst, Math.abs(clock.observe(pts, arrival).captureMs - arrival));
    }
    expect(worst).toBeLessThan(5);
  });

  it("forgets the old offset on a new timeline", () => {
    const clock = new ArrivalClock();
    clock.observe(0, 100);
    clock.reset();
    expect(clock.observe(0, 90_000).captureMs).toBe(90_000);
  });
});

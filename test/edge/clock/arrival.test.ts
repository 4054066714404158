// The lower envelope finds the offset under queueing, bursts and drift.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArrivalClock } from "../../../edge/clock/arrival.ts";

describe("ArrivalClock", () => {
  it("is right to half of what it cannot see once one frame came through without queueing", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 20, maxLength: 200 }),
        (queueing) => {
          const clock = new ArrivalClock();
          const offset = 1_000_000;
          for (const [index, delay] of [0, ...queueing].entries()) {
            const pts = index * 200;
            const { captureMs, fastestMs } = clock.observe(pts, offset + pts + delay);
            // Ten of these seconds in which every frame queues look like 2 ms of drift.
            expect(fastestMs - (offset + pts)).toBeGreaterThan(-1e-6);
            expect(fastestMs - (offset + pts)).toBeLessThan((index * 200 + 400) * 200e-6 + 1e-6);
            expect(fastestMs - captureMs).toBe(150);
          }
        },
      ),
    );
  });

  /** Frames at 5 a second, each late by what `delayMs` says at its stamp, ms; the answers. */
  function watch(seconds: number, delayMs: (ptsMs: number) => number): ReturnType<ArrivalClock["observe"]>[] {
    const clock = new ArrivalClock();
    return Array.from({ length: seconds * 5 }, (_, index) =>
      clock.observe(index * 200, index * 200 + delayMs(index * 200)),
    );
  }

  it("does not know its uncertainty during the burst that follows a connect, however long it is", () => {
    const seen = watch(12, (pts) => Math.max(0, 8000 - pts) + 100);
    for (const [index, { uncertaintyMs, captureMs }] of seen.entries()) {
      if (uncertaintyMs !== undefined)
        expect(Math.abs(captureMs - index * 200)).toBeLessThanOrEqual(uncertaintyMs);
    }
    expect(seen.filter(({ uncertaintyMs }) => uncertaintyMs === undefined).length).toBeGreaterThanOrEqual(45);
    expect(seen.at(-1)?.uncertaintyMs).toBe(150);
  });

  it("never claims a time on a line that was slower than the stream from the beginning", () => {
    for (const { uncertaintyMs } of watch(30, (pts) => 3000 + pts / 4)) expect(uncertaintyMs).toBeUndefined();
  });

  it("keeps the true time and states more uncertainty while a queue stands, however long", () => {
    const seen = watch(300, (pts) => 100 + Math.min(1000, Math.max(0, pts - 5000) / 4));
    for (const [index, { captureMs, uncertaintyMs }] of seen.entries()) {
      if (uncertaintyMs !== undefined) expect(Math.abs(captureMs - index * 200)).toBeLessThanOrEqual(150);
    }
    expect(seen.at(-1)?.uncertaintyMs).toBeGreaterThan(1000);
  });

  it("claims no time for a second after a standstill, since the stamps that follow may be guessed", () => {
    const seen = watch(30, (pts) => (pts < 10_000 ? 100 : 8100));
    for (const [index, { uncertaintyMs, held }] of seen.entries()) {
      if (index >= 50 && index < 55) expect([held, uncertaintyMs]).toEqual([true, undefined]);
      else expect(held).toBe(false);
    }
    expect(seen[49]?.uncertaintyMs).toBe(150);
    expect(seen.at(-1)?.uncertaintyMs).toBeGreaterThan(8000);
  });

  it("is certain again soon after a queue has emptied", () => {
    const seen = watch(30, (pts) => (pts > 5000 && pts < 15_000 ? 1000 : 100));
    expect(seen[60]?.uncertaintyMs).toBeGreaterThan(900);
    expect(seen[90]?.uncertaintyMs).toBeLessThan(160);
  });

  it("follows a camera whose clock runs 50 ppm slow within 5 ms over ten minutes", () => {
    const clock = new ArrivalClock();
    let worst = 0;
    for (let arrival = 0; arrival < 600_000; arrival += 200) {
      const pts = arrival * (1 - 50e-6);
      worst = Math.max(worst, Math.abs(clock.observe(pts, arrival).fastestMs - arrival));
    }
    expect(worst).toBeLessThan(5);
  });

  it("forgets the old offset on a new timeline", () => {
    const clock = new ArrivalClock();
    clock.observe(0, 100);
    clock.reset();
    expect(clock.observe(0, 90_000).fastestMs).toBe(90_000);
  });
});

// The camera's clock is believed after two reports agree, and never ffmpeg's own in its place.
import { describe, expect, it } from "vitest";
import { RtcpClock } from "../../../edge/clock/rtcp.ts";

const EPOCH_MS = Date.UTC(2026, 0, 5);

/** References of one fragment every two seconds: the camera's clock at a stamp, seen by the box 2.2 s later. */
function feed(clock: RtcpClock, fromS: number, toS: number, offsetMs: (ptsMs: number) => number): void {
  for (let ptsMs = fromS * 1000; ptsMs <= toS * 1000; ptsMs += 2000) {
    clock.observe({ ntpMs: ptsMs + offsetMs(ptsMs), ptsMs, boxMs: EPOCH_MS + ptsMs + 2200 });
  }
}

describe("RtcpClock", () => {
  it("says nothing before it has agreed for as long as two reports take", () => {
    const clock = new RtcpClock();
    feed(clock, 0, 6, () => EPOCH_MS);
    expect(clock.offset).toBeUndefined();
    feed(clock, 8, 8, () => EPOCH_MS);
    expect(clock.offset).toEqual({ offsetMs: EPOCH_MS, uncertaintyMs: 40 });
  });

  it("doesn't take ffmpeg's own clock, written before the first report, for the camera's", () => {
    const clock = new RtcpClock();
    feed(clock, 0, 20, () => EPOCH_MS + 2200);
    expect(clock.offset).toBeUndefined();
  });

  it("begins anew when the camera's clock was set", () => {
    const clock = new RtcpClock();
    feed(clock, 0, 10, () => EPOCH_MS);
    feed(clock, 12, 16, () => EPOCH_MS - 5000);
    expect(clock.offset).toBeUndefined();
    feed(clock, 18, 20, () => EPOCH_MS - 5000);
    expect(clock.offset?.offsetMs).toBe(EPOCH_MS - 5000);
  });

  it("adds what the reports differ by to the uncertainty, and forgets it after half a minute", () => {
    const clock = new RtcpClock();
    feed(clock, 0, 10, (ptsMs) => EPOCH_MS + (ptsMs % 4000 === 0 ? 0 : 12));
    expect(clock.offset?.uncertaintyMs).toBe(52);
    feed(clock, 12, 42, () => EPOCH_MS);
    expect(clock.offset?.uncertaintyMs).toBe(40);
  });

  it("follows a clock that drifts", () => {
    const clock = new RtcpClock();
    feed(clock, 0, 600, (ptsMs) => EPOCH_MS + ptsMs * 100e-6);
    expect(clock.offset?.offsetMs).toBeCloseTo(EPOCH_MS + 60, 6);
    expect(clock.offset?.uncertaintyMs).toBeLessThan(45);
  });

  it("forgets everything on another run", () => {
    const clock = new RtcpClock();
    feed(clock, 0, 10, () => EPOCH_MS);
    clock.reset();
    expect(clock.offset).toBeUndefined();
  });
});

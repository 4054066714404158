// Media time only grows, whatever the stream's stamps do.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Timeline } from "../../../edge/camera/timeline.ts";

describe("Timeline", () => {
  it("starts at 0 and follows the stamps within one timeline", () => {
    const timeline = new Timeline("wall");
    expect(timeline.stamp(5000, 100)).toEqual({
      ptsMs: 0,
      tMs: 0,
      timeline: 0,
      begins: true,
      originMs: -5000,
    });
    expect(timeline.stamp(5200, 900)).toEqual({
      ptsMs: 200,
      tMs: 200,
      timeline: 0,
      begins: false,
      originMs: -5000,
    });
  });

  it("counts a reconnect's gap by the box's clock", () => {
    const timeline = new Timeline("wall");
    timeline.stamp(0, 1000);
    timeline.stamp(200, 1200);
    timeline.break();
    expect(timeline.stamp(70, 9200)).toEqual({
      ptsMs: 0,
      tMs: 8200,
      timeline: 1,
      begins: true,
      originMs: 8130,
    });
  });

  it("counts one frame interval between timelines in lock step, so that no clock matters", () => {
    const timeline = new Timeline("media");
    timeline.stamp(0, 17);
    timeline.stamp(200, 5);
    timeline.break();
    expect(timeline.stamp(0, 999).tMs).toBe(400);
  });

  it("takes a stamp that runs backwards or jumps ahead of real time for a new timeline", () => {
    const timeline = new Timeline("wall");
    timeline.stamp(10_000, 0);
    timeline.stamp(10_200, 200);
    expect(timeline.stamp(4000, 400)).toMatchObject({ tMs: 400, timeline: 1 });
    expect(timeline.stamp(3_604_000, 600)).toMatchObject({ tMs: 600, timeline: 2 });
  });

  it("takes stamps that stand still for a new timeline, but not two pictures that a busy camera stamps close together", () => {
    const timeline = new Timeline("wall");
    timeline.stamp(0, 0);
    timeline.stamp(40, 40);
    expect(timeline.stamp(40.2, 80)).toMatchObject({ begins: false, timeline: 0 });
    expect(timeline.stamp(80, 81)).toMatchObject({ begins: false, timeline: 0 });
    expect(timeline.stamp(80 + 1 / 90, 120)).toMatchObject({ begins: true, timeline: 1 });
    timeline.stamp(120, 160);
    timeline.stamp(121, 200);
    expect(timeline.stamp(122, 240)).toMatchObject({ begins: true, timeline: 2 });
  });

  it("takes a late burst for what it is", () => {
    const timeline = new Timeline("wall");
    timeline.stamp(0, 0);
    expect(timeline.stamp(200, 4800)).toMatchObject({ tMs: 200, timeline: 0 });
    expect(timeline.stamp(4800, 4801)).toMatchObject({ tMs: 4800, timeline: 0 });
  });

  it("grows strictly over any stamps and breaks", () => {
    const step = fc.record({
      pts: fc.integer({ min: -1e6, max: 1e7 }),
      elapsed: fc.integer({ min: 0, max: 10_000 }),
      breaks: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.constantFrom("wall" as const, "media" as const),
        (steps, gaps) => {
          const timeline = new Timeline(gaps);
          let clock = 0;
          let last = -1;
          for (const { pts, elapsed, breaks } of steps) {
            clock += elapsed;
            if (breaks) timeline.break();
            const { tMs } = timeline.stamp(pts, clock);
            expect(tMs).toBeGreaterThan(last);
            last = tMs;
          }
        },
      ),
    );
  });
});

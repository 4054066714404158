// Media times of two streams of one camera, carried over by what both call the time of capture.
import { describe, expect, it } from "vitest";
import type { FrameTime } from "../../../edge/camera/frame.ts";
import { apartMs, StreamClock } from "../../../edge/camera/stream-clock.ts";

function time(tMs: number, captureMs: number, more: Partial<FrameTime> = {}): FrameTime {
  return { ptsMs: tMs, tMs, timeline: 0, captureMs, method: "arrival", boxArrivalMs: captureMs, ...more };
}

describe("the time between two frames", () => {
  it("is told by the camera's clock where both streams have it, however wrong that is", () => {
    const one = time(0, 1000, { cameraNtpMs: 7_200_000 });
    expect(apartMs(one, time(0, 1150, { cameraNtpMs: 7_200_020 }))).toBe(20);
  });

  it("is that of capture where one stream lacks the camera's clock", () => {
    expect(apartMs(time(0, 1000, { cameraNtpMs: 7_200_000 }), time(0, 1150))).toBe(150);
  });
});

describe("a media time on another stream", () => {
  it("is where that stream took the same instant", () => {
    const [sub, main] = [new StreamClock(), new StreamClock()];
    sub.see(time(2000, 101_000));
    main.see(time(500, 100_300));
    expect(sub.on(main, 2000)).toBe(1200);
    expect(main.on(sub, 1200)).toBe(2000);
  });

  it("is known by the camera's clock for the frames before its first report, too", () => {
    const [sub, main] = [new StreamClock(), new StreamClock()];
    sub.see(time(1000, 100_000));
    sub.see(time(9000, 108_000, { cameraNtpMs: 508_000 }));
    main.see(time(9000, 107_700, { cameraNtpMs: 508_000 }));
    expect(sub.on(main, 1000)).toBe(1000);
  });

  it("is that of the timeline it falls into, where a stream was connected again", () => {
    const [sub, main] = [new StreamClock(), new StreamClock()];
    sub.see(time(0, 100_000));
    main.see(time(0, 100_000));
    main.see(time(30_000, 130_400, { timeline: 1 }));
    expect(sub.on(main, 20_000)).toBe(20_000);
    expect(sub.on(main, 40_400)).toBe(40_000);
    expect(main.on(sub, 40_000)).toBe(40_400);
  });

  it("is unknown as long as one of them has had no frame", () => {
    const sub = new StreamClock();
    sub.see(time(0, 0));
    expect(sub.on(new StreamClock(), 0)).toBeUndefined();
    expect(new StreamClock().on(sub, 0)).toBeUndefined();
  });
});

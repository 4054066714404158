// The main stream's newest frames: the nearest is found, no more than agreed are held, none is kept for good.
import { expect, it } from "vitest";
import type { Frame } from "../../../edge/camera/frame.ts";
import { RecentFrames } from "../../../edge/camera/recent-frames.ts";
import { SlotFrame } from "../../../edge/camera/slot-frame.ts";

/** A frame taken at `captureMs`; by default it is known how surely. */
function frame(captureMs: number, onFree = (): void => undefined, known = true): Frame {
  const time = { ptsMs: captureMs, tMs: captureMs, timeline: 0, captureMs, boxArrivalMs: captureMs };
  const claim = known ? { uncertaintyMs: 40 } : {};
  return new SlotFrame({ ...time, method: "arrival", ...claim }, { small: [], full: undefined }, onFree);
}

it("finds the frame taken nearest, whose time is known", () => {
  const recent = new RecentFrames(4);
  for (const one of [frame(1000), frame(1080), frame(1041, undefined, false), frame(1160)]) recent.add(one);
  expect(recent.nearest(frame(1042).time)).toMatchObject({
    apartMs: 38,
    frame: { time: { captureMs: 1080 } },
  });
});

it("lets go of the oldest frame when it holds as many as it may, and of all when told to", () => {
  const freed: number[] = [];
  const recent = new RecentFrames(2);
  for (const ms of [1, 2, 3]) recent.add(frame(ms, () => freed.push(ms)));
  expect(freed).toEqual([1]);
  recent.clear();
  expect(freed).toEqual([1, 2, 3]);
});

it("waits for a frame of the instant asked for or later, and no longer than it is told to", async () => {
  const recent = new RecentFrames(2);
  const { signal } = new AbortController();
  const order: string[] = [];
  const waited = recent.reached(frame(100).time, 60_000, signal).then(() => order.push("reached"));
  recent.add(frame(60));
  await Promise.resolve();
  order.push("still waiting");
  recent.add(frame(100));
  await waited;
  expect(order).toEqual(["still waiting", "reached"]);
  await recent.reached(frame(200).time, 1, signal);
});

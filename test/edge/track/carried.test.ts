// A motorcycle that is hidden goes on under its rider, for a while, and never under one who sits on another.
import { expect, test } from "vitest";
import type { Detection } from "../../../edge/detect/detection.ts";
import type { Track } from "../../../edge/track/track.ts";
import { createTracker } from "../../../edge/track/tracker.ts";

const FRAME_MS = 200;

function motorcycle(x: number, y: number, confidence = 0.8): Detection {
  return { class: "motorcycle", confidence, box: { x1: x - 20, y1: y - 50, x2: x + 20, y2: y } };
}

function rider(x: number, y: number): Detection {
  return { class: "person", confidence: 0.8, box: { x1: x - 18, y1: y - 90, x2: x + 18, y2: y - 8 } };
}

/** `seen` gives the detections of each frame; a place is where a vehicle's wheels are. Tracks of each frame. */
function follow(frames: number, seen: (frame: number) => Detection[]): Track[][] {
  const tracker = createTracker();
  return Array.from({ length: frames }, (_, frame) =>
    tracker.step(frame * FRAME_MS, seen(frame)).map((track) => ({ ...track, box: { ...track.box } })),
  );
}

const motorcycles = (tracks: readonly Track[] = []): Track[] =>
  tracks.filter((track) => track.class === "motorcycle");

test("while only its rider is seen, a motorcycle is where it was under the rider", () => {
  const at = (frame: number): number => 600 - frame * 12;
  const frames = follow(16, (frame) => [
    rider(300, at(frame)),
    ...(frame < 10 ? [motorcycle(300, at(frame))] : []),
  ]);
  for (const frame of [10, 13, 15]) {
    const [one, ...more] = motorcycles(frames[frame]);
    expect(one?.observed).toBe(true);
    expect(Math.abs((one?.box.y2 ?? 0) - at(frame))).toBeLessThan(6);
    expect(more).toEqual([]);
  }
});

test("a rider carries an unseen motorcycle for a second and a half, not longer", () => {
  const frames = follow(24, (frame) => [rider(300, 500), ...(frame < 10 ? [motorcycle(300, 500)] : [])]);
  expect(motorcycles(frames[16])[0]?.observed).toBe(true);
  expect(motorcycles(frames[20])[0]?.observed).toBe(false);
});

test("found again somewhat aside under the same rider, it is the same motorcycle", () => {
  const frames = follow(20, (frame) => [
    rider(300, 500),
    ...(frame < 8 ? [motorcycle(300, 500)] : frame < 12 ? [] : [motorcycle(312, 515)]),
  ]);
  const ids = new Set(frames.flatMap((tracks) => motorcycles(tracks).map(({ id }) => id)));
  expect(ids.size).toBe(1);
});

test("a rider who sits on another motorcycle that is seen does not carry the first one", () => {
  const frames = follow(20, (frame) => [
    rider(300 + (frame > 9 ? (frame - 9) * 12 : 0), 500),
    ...(frame < 10 ? [motorcycle(300, 500)] : []),
    motorcycle(360, 500),
  ]);
  const last = motorcycles(frames[16]);
  expect(last.filter(({ observed }) => observed)).toHaveLength(1);
});

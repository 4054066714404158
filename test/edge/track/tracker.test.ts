// Tracks of vehicles and of who rides on them, under what detectors do to them.
import { describe, expect, it } from "vitest";
import type { Detection } from "../../../edge/detect/detection.ts";
import type { Box } from "../../../edge/geometry/box.ts";
import { createTracker } from "../../../edge/track/tracker.ts";

const boxOf = (x: number, y: number, width: number, height: number): Box => ({
  x1: x - width / 2,
  y1: y - height,
  x2: x + width / 2,
  y2: y,
});

describe("a car that comes in fast at the picture's lower edge", () => {
  // Of 1080 lines, from a mast 10 m high: the horizon at 210, a car 1.5 m high, at 21 m/s.
  const seen = (t: number): Box => {
    const depth = 15 + 21 * t;
    const foot = 210 + (1300 * 10) / depth;
    const [width, height] = [(1300 * 2.2) / depth, (1300 * 2) / depth];
    return boxOf(900, Math.min(1080, foot), width, Math.min(1080, foot) - (foot - height));
  };

  it("keeps its identity when two frames miss it", () => {
    const tracker = createTracker();
    const ids = new Set<number>();
    for (let frame = 0; frame < 20; frame++) {
      const missed = frame === 5 || frame === 6;
      const detections: Detection[] = missed
        ? []
        : [{ class: "car", confidence: 0.85, box: seen(frame / 10) }];
      for (const { id } of tracker.step(frame * 100, detections)) ids.add(id);
    }
    expect([...ids]).toEqual([1]);
  });
});

describe("people who overlap in the picture", () => {
  const followed = (boxes: readonly Box[], classes: readonly Detection["class"][]): number => {
    const tracker = createTracker();
    let count = 0;
    for (let frame = 0; frame < 20; frame++) {
      const detections = boxes.map((box, index) => ({
        box,
        class: classes[index] ?? ("person" as const),
        confidence: 0.9 - 0.05 * index,
      }));
      count = tracker.step(frame * 100, detections).length;
    }
    return count;
  };

  it("are three when they sit one behind the other on a motorcycle", () => {
    const boxes = [boxOf(600, 500, 22, 60), boxOf(601, 497, 22, 60), boxOf(602, 494, 22, 60)];
    expect(followed(boxes, ["rider", "person", "rider"])).toBe(3);
  });

  it("are one when one of them was reported under two names", () => {
    const boxes = [boxOf(600, 500, 22, 60), boxOf(600, 501, 22, 60)];
    expect(followed(boxes, ["rider", "person"])).toBe(1);
  });
});

// Noise is fitted from what a recorded detector did: known errors come back.
import { describe, expect, it } from "vitest";
import { fitNoise } from "../../../../cli/eval/scenarios/fitted-noise.ts";
import type { MotRow } from "../../../../cli/eval/mot/rows.ts";

const row = (frame: number, id: number, x: number): MotRow => ({
  frame,
  id,
  x,
  y: 0,
  width: 100,
  height: 200,
  confidence: 1,
});

describe("fitting", () => {
  it("finds the share missed, the runs, the false boxes and the jitter", () => {
    const frames = Array.from({ length: 100 }, (_, index) => index + 1);
    const truth = frames.map((frame) => row(frame, 1, 0));
    // Missed in runs of ten, seen ten pixels to the right otherwise, with a ghost in every second frame.
    const seen = frames
      .filter((frame) => Math.floor(frame / 10) % 2 === 0)
      .map((frame) => row(frame, -1, 10));
    const ghosts = frames.filter((frame) => frame % 2 === 0).map((frame) => row(frame, -1, 5000));
    const detections = [...seen, ...ghosts];
    const noise = fitNoise([{ name: "made", frameRate: 25, length: 100, truth, detections }]);
    expect(noise.missed).toBeCloseTo(0.5, 1);
    expect(noise.missedAgain).toBeGreaterThan(0.85);
    expect(noise.falseBoxes).toBeCloseTo(0.5, 2);
    expect(noise.jitterX).toBeCloseTo(0.1, 9);
    expect(noise.jitterY).toBe(0);
  });
});

// Average precision on hand-made pictures whose result can be reckoned on paper.
import { describe, expect, it } from "vitest";
import {
  averagePrecision,
  judge,
  recallAndPrecision,
} from "../../../../cli/eval/detect/average-precision.ts";
import type { TruthBox } from "../../../../cli/eval/detect/labelled-set.ts";
import type { ModelDetection } from "../../../../models/detector.ts";

const marked = (x: number, ignored = false): TruthBox => ({
  x1: x,
  y1: 0,
  x2: x + 10,
  y2: 10,
  class: "person",
  ignored,
});
const found = (x: number, score: number, className = "person"): ModelDetection => ({
  x1: x,
  y1: 0,
  x2: x + 10,
  y2: 10,
  score,
  classIndex: 0,
  className,
});

describe("judge", () => {
  it("gives each object to the best of those that cover it by half, and calls the second one false", () => {
    const { verdicts, marked: count } = judge([found(1, 0.6), found(0, 0.9)], [marked(0)], "person");
    expect(count).toBe(1);
    expect(verdicts).toEqual([
      { score: 0.9, right: true },
      { score: 0.6, right: false },
    ]);
  });

  it("counts neither an ignored object nor what lies on it, also twice", () => {
    const { verdicts, marked: count } = judge([found(0, 0.9), found(1, 0.8)], [marked(0, true)], "person");
    expect(count).toBe(0);
    expect(verdicts).toEqual([]);
  });

  it("prefers an object that counts to an ignored one on the same place", () => {
    expect(judge([found(0, 0.9)], [marked(0, true), marked(1)], "person").verdicts).toEqual([
      { score: 0.9, right: true },
    ]);
  });

  it("takes an IoU of just under a half for a miss", () => {
    // 10 wide, shifted by 3.4: IoU is 6.6 / 13.4.
    expect(judge([found(3.4, 0.9)], [marked(0)], "person").verdicts[0]?.right).toBe(false);
    expect(judge([found(3.3, 0.9)], [marked(0)], "person").verdicts[0]?.right).toBe(true);
  });

  it("looks at one class only", () => {
    expect(judge([found(0, 0.9, "car")], [marked(0)], "person").verdicts).toEqual([]);
  });
});

describe("averagePrecision", () => {
  it("is the area under the envelope of precision over recall", () => {
    // Right, false, right of three marked: precision 1 up to recall 1/3, 2/3 up to 2/3, nothing beyond.
    const verdicts = [true, false, true].map((right, i) => ({ right, score: 0.9 - i / 10 }));
    expect(averagePrecision([{ verdicts, marked: 3 }])).toBeCloseTo(1 / 3 + 2 / 9);
    // False, right, right of two: the envelope is 2/3 everywhere.
    const late = [false, true, true].map((right, i) => ({ right, score: 0.9 - i / 10 }));
    expect(averagePrecision([{ verdicts: late, marked: 2 }])).toBeCloseTo(2 / 3);
  });

  it("orders the detections of all pictures together by score", () => {
    const sure = { verdicts: [{ score: 0.9, right: true }], marked: 1 };
    const doubtful = { verdicts: [{ score: 0.2, right: false }], marked: 1 };
    const wrong = { verdicts: [{ score: 0.95, right: false }], marked: 1 };
    expect(averagePrecision([doubtful, sure])).toBeCloseTo(0.5);
    expect(averagePrecision([wrong, sure])).toBeCloseTo(0.25);
  });

  it("has no value where nothing was to be found", () => {
    expect(averagePrecision([{ verdicts: [{ score: 1, right: false }], marked: 0 }])).toBeNaN();
  });
});

describe("recallAndPrecision", () => {
  it("counts what reaches the threshold", () => {
    const verdicts = [
      { score: 0.9, right: true },
      { score: 0.3, right: false },
      { score: 0.2, right: true },
    ];
    expect(recallAndPrecision([{ verdicts, marked: 2 }], 0.3)).toEqual({ recall: 0.5, precision: 0.5 });
    expect(recallAndPrecision([{ verdicts: [], marked: 2 }], 0.3)).toEqual({ recall: 0, precision: 1 });
  });
});

// Alarms against labels: each label takes one, what may be reported is no fault, the rest is.
import { expect, test } from "vitest";
import { type Alarm, lampAt, matchAlarms } from "../../../cli/eval/redlight/match.ts";
import type { TruthClip } from "../../../cli/eval/redlight/truth.ts";

const truth: TruthClip = {
  file: "clip.mp4",
  width: 640,
  height: 480,
  frames: 100,
  lamp: {
    timeline: [
      [0, 49, "red"],
      [50, 99, "green"],
    ],
  },
  violations: [
    { id: "V1", frame: 20, tolerance: 3, box: [100, 100, 140, 180] },
    { id: "V2", frame: 30, tolerance: 3, box: [100, 100, 140, 180] },
  ],
  early_starts: [{ id: "E1", frame: 47, tolerance: 4, box: [300, 100, 340, 180] }],
  decoys: [{ id: "N1", frame: 20, span: [10, 40], box: [400, 100, 440, 180] }],
};

function alarm(frame: number, x: number): Alarm {
  return { rule: "red-light", frame, box: [x, 100, x + 40, 180] };
}

test("an alarm counts within the frames of its label and where the boxes overlap", () => {
  const score = matchAlarms(truth, [alarm(22, 105), alarm(22, 300), alarm(46, 305), alarm(25, 402)]);
  expect(score.found).toEqual(["V1"]);
  expect(score.missed).toEqual(["V2"]);
  expect(score.optional).toEqual(["E1"]);
  expect(score.decoys).toEqual(["N1"]);
  expect(score.falseAlarms).toHaveLength(2);
});

test("a second alarm of one passage is false", () => {
  const score = matchAlarms(truth, [alarm(20, 100), alarm(21, 100)]);
  expect(score.found).toEqual(["V1"]);
  expect(score.falseAlarms).toHaveLength(1);
});

test("the lamp's labelled state is that of the span around the frame", () => {
  expect([lampAt(truth, 0), lampAt(truth, 49), lampAt(truth, 50), lampAt(truth, 100)]).toEqual([
    "red",
    "red",
    "green",
    undefined,
  ]);
});

// A two-wheeler and who sits on it make each other likelier; somebody who stands beside makes nothing likelier.
import { describe, expect, test } from "vitest";
import type { Detection } from "../../../edge/detect/detection.ts";
import { mountedConfidence } from "../../../edge/track/mounted.ts";

const motorcycle: Detection = {
  class: "motorcycle",
  confidence: 0.4,
  box: { x1: 100, y1: 140, x2: 140, y2: 200 },
};
const rider: Detection = {
  class: "person",
  confidence: 0.7,
  box: { x1: 102, y1: 100, x2: 138, y2: 190 },
};

function confidences(detections: readonly Detection[]): number[] {
  const confidence = new Float64Array(detections.length);
  mountedConfidence(detections, confidence);
  return [...confidence];
}

describe("mounted two-wheelers", () => {
  test("a doubtful motorcycle with a rider is as likely as either of them", () => {
    const [found, person] = confidences([motorcycle, rider]);
    expect(found).toBeCloseTo(1 - 0.6 * 0.3);
    expect(person).toBeCloseTo(1 - 0.6 * 0.3);
  });

  test("a second box of the rider, a passenger and a faint somebody stay as doubtful as they were", () => {
    const second = { ...rider, confidence: 0.5 };
    expect(confidences([motorcycle, rider, second])[2]).toBe(second.confidence);
    const faint = { ...rider, confidence: 0.3 };
    expect(confidences([motorcycle, faint])[1]).toBe(faint.confidence);
  });

  test.each<[string, Detection]>([
    ["stands beside", { ...rider, box: { x1: 150, y1: 100, x2: 186, y2: 190 } }],
    ["walks behind, further up", { ...rider, box: { x1: 102, y1: 60, x2: 138, y2: 145 } }],
  ])("a person who %s changes nothing", (_, person) => {
    expect(confidences([motorcycle, person])[0]).toBe(motorcycle.confidence);
  });

  test("a shadow of a motorcycle is not believed on a person's word", () => {
    const faint = { ...motorcycle, confidence: 0.12 };
    expect(confidences([faint, rider])[0]).toBe(faint.confidence);
  });
});

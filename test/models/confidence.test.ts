// The common scale of confidences: order is kept, two measured scores meet those of every other network.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCatalogue } from "../../models/catalogue.ts";
import { confidenceScale } from "../../models/confidence.ts";

const detectors = readCatalogue().models.filter((entry) => entry.task === "detect");

describe("the common scale of confidences", () => {
  it("leaves a network alone that has no measured scores", () => {
    const scale = confidenceScale({});
    expect(scale.toCommon(0.37)).toBe(0.37);
    expect(scale.toOwn(0.37)).toBe(0.37);
  });

  it.each(detectors.filter((entry) => entry.confidence !== undefined))(
    "puts what is usual and what is doubtful for $name where they are for all",
    (entry) => {
      const scale = confidenceScale(entry);
      expect(scale.toCommon(entry.confidence?.usual ?? 0)).toBeCloseTo(0.8, 9);
      expect(scale.toCommon(entry.confidence?.doubtful ?? 0)).toBeCloseTo(0.55, 9);
    },
  );

  it("comes back to the network's own score wherever a threshold may stand", () => {
    const score = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...detectors), score, (entry, common) => {
        const scale = confidenceScale(entry);
        expect(scale.toCommon(scale.toOwn(common))).toBeCloseTo(common, 6);
      }),
    );
  });

  it("keeps the order of scores and stays between 0 and 1", () => {
    const score = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...detectors), score, score, (entry, one, other) => {
        const scale = confidenceScale(entry);
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(scale.toCommon(low)).toBeLessThanOrEqual(scale.toCommon(high));
        expect(scale.toCommon(low)).toBeGreaterThanOrEqual(0);
        expect(scale.toCommon(high)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

// The bench's own claim on a small scale: every way of altering evidence is noticed, and nothing else is blamed.
import { expect, test } from "vitest";
import { MUTATIONS } from "../../../cli/bench/evidence/mutation.ts";
import { measureEvidence } from "../../../cli/bench/evidence/measure.ts";

test("each kind of alteration is caught, on fields and files that differ from turn to turn", async () => {
  const kinds = Object.keys(MUTATIONS).length;
  const plan = { mutations: kinds * 3, untouched: 6, seed: 7 };
  const figures = await measureEvidence(plan, new AbortController().signal);
  expect(figures.listed).toEqual([]);
  expect(figures).toMatchObject({ mutations: kinds * 3, caught: kinds * 3, untouched: 6, false_alarms: 0 });
  expect(Object.keys(figures.classes)).toEqual(Object.keys(MUTATIONS));
});

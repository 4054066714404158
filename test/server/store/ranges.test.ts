// Ranges name exactly the sequences they were made of.
import fc from "fast-check";
import { expect, test } from "vitest";
import { toRanges } from "../../../server/store/ranges.ts";

test("neighbours join, repeats vanish, order comes back", () => {
  expect(toRanges([5, 1, 2, 3, 3, 9])).toEqual([
    [1, 3],
    [5, 5],
    [9, 9],
  ]);
  expect(toRanges([])).toEqual([]);
});

test("any sequences come back from their ranges, which are disjoint and apart", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (sequences) => {
      const ranges = toRanges(sequences);
      const named = ranges.flatMap(([from, to]) =>
        Array.from({ length: to - from + 1 }, (_, index) => from + index),
      );
      expect(named).toEqual([...new Set(sequences)].sort((a, b) => a - b));
      for (const [index, range] of ranges.entries()) {
        if (index > 0) expect(range[0]).toBeGreaterThan((ranges[index - 1]?.[1] ?? 0) + 1);
      }
    }),
  );
});

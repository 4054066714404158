// The assignment solver and the sparse matcher against brute force.
import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { assign } from "../../../edge/track/assign.ts";
import { createMatcher } from "../../../edge/track/match.ts";

/** Least total cost over all assignments of rows to distinct columns. */
function bruteForce(cost: readonly (readonly number[])[], row = 0, taken = new Set<number>()): number {
  if (row === cost.length) return 0;
  let best = Infinity;
  (cost[row] ?? []).forEach((value, column) => {
    if (taken.has(column)) return;
    best = Math.min(best, value + bruteForce(cost, row + 1, new Set([...taken, column])));
  });
  return best;
}

const matrix = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 2 }))
  .chain(([rows, more]) =>
    fc.array(
      fc.array(fc.integer({ min: -20, max: 20 }), { minLength: rows + more, maxLength: rows + more }),
      {
        minLength: rows,
        maxLength: rows,
      },
    ),
  );

property.prop([matrix])("an assignment costs as little as the best of all", (cost) => {
  const rows = cost.length;
  const columns = cost[0]?.length ?? 0;
  const result = new Int32Array(rows);
  assign(Float64Array.from(cost.flat()), rows, columns, result);
  expect(new Set(result).size).toBe(rows);
  const total = [...result].reduce((sum, column, row) => sum + (cost[row]?.[column] ?? Infinity), 0);
  expect(total).toBeCloseTo(bruteForce(cost), 9);
});

const pairs = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 50 })),
  { maxLength: 12 },
);

property.prop([pairs])("the sparse matcher reaches the best total similarity", (candidates) => {
  const best = new Map<string, number>();
  for (const [row, column, value] of candidates) {
    const key = `${row},${column}`;
    best.set(key, Math.max(best.get(key) ?? 0, value));
  }
  // Five more columns without similarity stand for "no match".
  const cost = Array.from({ length: 5 }, (_, row) =>
    Array.from({ length: 10 }, (_unused, column) => -(best.get(`${row},${column}`) ?? 0)),
  );
  const matcher = createMatcher();
  matcher.clear(5, 5);
  for (const [row, column, value] of candidates) matcher.add(row, column, value);
  let total = 0;
  const rows = new Set<number>();
  const columns = new Set<number>();
  matcher.solve((row, column) => {
    expect(rows.has(row) || columns.has(column)).toBe(false);
    rows.add(row);
    columns.add(column);
    total += best.get(`${row},${column}`) ?? Number.NaN;
  });
  expect(total).toBeCloseTo(-bruteForce(cost), 9);
});

test("more rows than columns are refused", () => {
  expect(() => assign(new Float64Array(2), 2, 1, new Int32Array(2))).toThrow(RangeError);
});

// The assignment is the best one: compared with trying every permutation.
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { assign } from "../../../../cli/eval/mot/assignment.ts";

function bestByTrying(scores: readonly number[], rows: number, columns: number): number {
  const next = (row: number, used: ReadonlySet<number>, left: number): number => {
    if (left === 0) return 0;
    let best = rows - row > left ? next(row + 1, used, left) : -Infinity;
    for (let column = 0; column < columns; column++) {
      if (used.has(column)) continue;
      const rest = next(row + 1, new Set([...used, column]), left - 1);
      best = Math.max(best, (scores[row * columns + column] ?? 0) + rest);
    }
    return best;
  };
  return next(0, new Set(), Math.min(rows, columns));
}

test.prop([
  fc.integer({ min: 0, max: 4 }),
  fc.integer({ min: 0, max: 4 }),
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 16, maxLength: 16 }),
])("no other assignment of the same size scores more", (rows, columns, numbers) => {
  const scores = numbers.slice(0, rows * columns);
  const chosen = assign(Float64Array.from(scores), rows, columns);
  const taken = [...chosen].filter((column) => column !== -1);
  expect(new Set(taken).size).toBe(Math.min(rows, columns));
  let sum = 0;
  chosen.forEach((column, row) => (sum += column === -1 ? 0 : (scores[row * columns + column] ?? 0)));
  expect(sum).toBe(bestByTrying(scores, rows, columns));
});

// Delays double, never pass ten minutes, never fall together, and end after four days.
import { expect, test } from "vitest";
import { nextDelayMs } from "../../../server/forward/back-off.ts";

test("delays double between half and all of their size", () => {
  expect([1, 2, 3, 4].map((attempts) => nextDelayMs(attempts, 0, 0))).toEqual([500, 1_000, 2_000, 4_000]);
  expect(nextDelayMs(3, 0, 0.999)).toBeLessThan(4_000);
});

test("no delay is longer than ten minutes", () => {
  expect(nextDelayMs(60, 1_000, 0.999)).toBeLessThanOrEqual(600_000);
});

test("after four days it is given up", () => {
  expect(nextDelayMs(2, 4 * 24 * 3_600_000 + 1, 0)).toBeUndefined();
});

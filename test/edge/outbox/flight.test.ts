// What is on its way becomes due again in its time, unless it arrived.
import { expect, test } from "vitest";
import { Flight } from "../../../edge/outbox/flight.ts";

test("what was not acknowledged in time is due again, in order and no more than asked for", () => {
  const flight = new Flight();
  for (const sequence of [3, 1, 2]) flight.sent(sequence, 100);
  flight.sent(4, 200);
  expect(flight.due(99, 10)).toEqual([]);
  expect(flight.due(100, 2)).toEqual([1, 2]);
  expect(flight.due(100, 10)).toEqual([1, 2, 3]);
});

test("acknowledged ranges, however long, are no longer on their way", () => {
  const flight = new Flight();
  for (let sequence = 1; sequence <= 10; sequence++) flight.sent(sequence, 100);
  flight.arrived([
    [2, 3],
    [5, 1_000_000_000],
  ]);
  expect(flight.due(100, 10)).toEqual([1, 4]);
  flight.arrived([[1, 4]]);
  expect([flight.size, flight.nextDueMs]).toEqual([0, Number.POSITIVE_INFINITY]);
});

test("what nobody heard waits until it is asked for again", () => {
  const flight = new Flight();
  flight.sent(1, 100);
  flight.postpone(500);
  expect(flight.due(499, 10)).toEqual([]);
  expect(flight.due(500, 10)).toEqual([1]);
});

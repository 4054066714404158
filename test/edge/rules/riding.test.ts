// Who rides on what, by votes over time: walkers pass two-wheelers, riders stay on them.
import { expect, test } from "vitest";
import { castVote, type RidingVote } from "../../../edge/rules/riding.ts";

const FRAME_MS = 100;

/** The share after frames in which this two-wheeler, or none, fits. */
function after(vote: RidingVote, fits: readonly (number | undefined)[]): RidingVote {
  for (const vehicleId of fits) castVote(vote, vehicleId, FRAME_MS);
  return vote;
}
const frames = (count: number, vehicleId?: number): (number | undefined)[] =>
  Array<number | undefined>(count).fill(vehicleId);

test("somebody on foot whom one two-wheeler after another passes rides on none", () => {
  const walker = { vehicleId: 0, share: 0, onFootMs: 0 };
  after(walker, frames(20));
  for (const vehicleId of [7, 8, 9]) {
    expect(after(walker, frames(5, vehicleId)).share).toBeLessThan(0.5);
    after(walker, frames(5));
  }
});

test("somebody who gets on a motorcycle rides on it after two seconds", () => {
  const walker = { vehicleId: 0, share: 0, onFootMs: 0 };
  after(walker, frames(40));
  expect(after(walker, frames(20, 7))).toMatchObject({ vehicleId: 7 });
  expect(walker.share).toBeGreaterThan(0.5);
});

test("a rider whose motorcycle is followed under a new name goes on riding", () => {
  const rider = { vehicleId: 7, share: 1, onFootMs: 0 };
  for (const vehicleId of frames(12, 8)) {
    castVote(rider, vehicleId, FRAME_MS);
    expect(rider.share).toBeGreaterThanOrEqual(0.5);
  }
  expect(rider.vehicleId).toBe(8);
});

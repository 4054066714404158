// One vehicle gives one case, also where it has two tracks: one after the other, or two at once under one rider.
import { expect, test } from "vitest";
import { createRepeatGuard } from "../../../edge/rules/repeat.ts";
import type { RoadUser } from "../../../edge/rules/road-user.ts";

function user(id: number, x: number, firstSeenMs: number, ridesOn?: number): RoadUser {
  return {
    track: { id, firstSeenMs, observed: true },
    place: { x, y: 0 },
    ridesOn,
  } as unknown as RoadUser;
}

test("two motorcycle tracks under one rider are one vehicle, those of two riders are two", () => {
  const guard = createRepeatGuard();
  guard.step([user(1, 0, 0), user(2, 0, 0), user(3, 0, 0), user(10, 0, 0, 1), user(11, 0, 0, 3)], 1000);
  guard.step([user(1, 1, 0), user(2, 1, 0), user(3, 1, 0), user(10, 1, 0, 2), user(11, 1, 0, 3)], 1200);
  expect(guard.isRepeat("red/stop", 1, true)).toBe(false);
  expect(guard.isRepeat("red/stop", 2, true)).toBe(true);
  expect(guard.isRepeat("red/stop", 3, true)).toBe(false);
});

test("a rider who has gone four seconds ago vouches for nothing any more", () => {
  const guard = createRepeatGuard();
  guard.step([user(1, 0, 0), user(2, 50, 0), user(10, 0, 0, 1)], 1000);
  guard.step([user(1, 0, 0), user(2, 50, 0), user(10, 0, 0, 2)], 1200);
  guard.step([user(1, 0, 0), user(2, 50, 0)], 5300);
  expect(guard.isRepeat("red/stop", 1, true)).toBe(false);
  expect(guard.isRepeat("red/stop", 2, true)).toBe(false);
});

test("a track that began near where another one ended is that vehicle", () => {
  const guard = createRepeatGuard();
  guard.step([user(1, 0, 0)], 1000);
  expect(guard.isRepeat("red/stop", 1, true)).toBe(false);
  guard.step([user(2, 4, 2000), user(3, 60, 2000)], 2000);
  expect(guard.isRepeat("red/stop", 2, true)).toBe(true);
  expect(guard.isRepeat("red/stop", 3, true)).toBe(false);
});

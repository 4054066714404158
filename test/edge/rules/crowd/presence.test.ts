// A dwell in a zone: it outlives a lost track, and no neighbour inherits it.
import { describe, expect, test } from "vitest";
import { type Meeting, stepMeetings } from "../../../../edge/rules/crowd/meeting.ts";
import {
  type Attendance,
  NOBODY,
  type Presences,
  stepPresences,
} from "../../../../edge/rules/crowd/presence.ts";
import type { RoadUser } from "../../../../edge/rules/road-user.ts";

const STEP_MS = 200;

/** Track `id` at a time: where, how fast, since when, and whether it is in the zone (x from 0 on) and seen. */
interface Sight {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly vx?: number;
  readonly vy?: number;
  readonly bornMs?: number;
  readonly standingSinceMs?: number;
  readonly unseenSinceMs?: number;
}

function userOf(sight: Sight, tMs: number): RoadUser {
  const { id, x, y, vx = 0, vy = 0, bornMs = 0, standingSinceMs, unseenSinceMs } = sight;
  return {
    track: {
      id,
      class: "person",
      box: { x1: x, y1: y - 1.7, x2: x + 0.5, y2: y },
      velocity: { x: vx, y: vy },
      confidence: 0.9,
      firstSeenMs: bornMs,
      lastSeenMs: unseenSinceMs ?? tMs,
      observed: unseenSinceMs === undefined,
    },
    foot: { x, y },
    place: { x, y },
    metric: true,
    located: true,
    renewed: false,
    velocity: { x: vx, y: vy },
    standingSinceMs,
    people: 1,
  };
}

/** Plays two minutes' worth at most, frame by frame; `longMs`: dwell from which meetings matter. */
function play(untilMs: number, seen: (tMs: number) => readonly Sight[], longMs = 5000) {
  let presences: Presences = NOBODY;
  let meetings: readonly Meeting[] = [];
  for (let tMs = 0; tMs <= untilMs; tMs += STEP_MS) {
    const users = seen(tMs).map((sight) => userOf(sight, tMs));
    const people = users.filter(
      ({ place, track }) => place.x >= 0 && (track.observed || tMs - track.lastSeenMs <= 800),
    );
    const frame: Attendance = { tMs, all: users, people };
    const stepped = stepPresences(presences, frame);
    ({ presences, meetings } = stepMeetings(meetings, stepped, frame, tMs - longMs));
  }
  return (id: number) => presences.here.find((presence) => presence.id === id)?.sinceMs;
}

describe("a new track", () => {
  test("goes on from one that was lost near by before it began", () => {
    const since = play(14_000, (t) => {
      if (t < 8000) return [{ id: 1, x: 5, y: 5 }];
      if (t < 11_000) return [{ id: 1, x: 5, y: 5, unseenSinceMs: 7800 }];
      return t < 12_000 ? [] : [{ id: 2, x: 5.4, y: 5, bornMs: 11_800 }];
    });
    expect(since(2)).toBe(0);
  });

  test("goes on from one that stopped on its way as well as from one that walked on", () => {
    for (const x of [5.2, 6.4, 7.8]) {
      const since = play(14_000, (t) => {
        if (t < 8000) return [{ id: 1, x: 5, y: 5, vx: 1.3 }];
        if (t < 10_000) return [{ id: 1, x: 7, y: 5, vx: 1.3, unseenSinceMs: 7800 }];
        return [{ id: 2, x, y: 5, bornMs: 9800 }];
      });
      expect(since(2)).toBe(0);
    }
    const elsewhere = play(14_000, (t) => {
      if (t < 8000) return [{ id: 1, x: 5, y: 5, vx: 1.3 }];
      if (t < 10_000) return [{ id: 1, x: 7, y: 5, vx: 1.3, unseenSinceMs: 7800 }];
      return [{ id: 2, x: 2, y: 5, bornMs: 9800 }];
    });
    expect(elsewhere(2)).toBe(10_000);
  });

  test("does not inherit from somebody who just walked out and is still seen outside", () => {
    const since = play(12_000, (t) => {
      const out = { id: 1, x: 8 - t / 1000, y: 5, vx: -1 };
      return t < 9000 ? [out] : [out, { id: 2, x: 0.2, y: 5, bornMs: 8800 }];
    });
    expect(since(2)).toBe(9000);
  });

  test("does not inherit from somebody who walked out and was lost there", () => {
    const since = play(14_000, (t) => {
      if (t < 9000) return [{ id: 1, x: 8 - t / 1000, y: 5, vx: -1 }];
      return t < 11_000 ? [] : [{ id: 2, x: 0.2, y: 5, vx: 1, bornMs: 10_800 }];
    });
    expect(since(2)).toBe(11_000);
  });

  test("has the dwell of the later one where it may go on from either of two", () => {
    const since = play(14_000, (t) => {
      const first = { id: 1, x: 5, y: 5 };
      const second = { id: 2, x: 5.5, y: 5, bornMs: 4000 };
      if (t < 4000) return [first];
      if (t < 10_000) return [first, second];
      return t < 11_000 ? [] : [{ id: 3, x: 5.2, y: 5, bornMs: 10_800 }];
    });
    // Both were lost at once, without a frame that says where: nobody's dwell is handed on at all.
    expect(since(3)).toBe(11_000);
    const told = play(14_000, (t) => {
      const lost = t >= 10_000 ? { unseenSinceMs: 9800 } : {};
      const first = { id: 1, x: 5, y: 5, ...lost };
      const second = { id: 2, x: 5.5, y: 5, bornMs: 4000, ...lost };
      if (t < 4000) return [first];
      return t < 12_000 ? [first, second] : [{ id: 3, x: 5.2, y: 5, bornMs: 11_800 }];
    });
    expect(told(3)).toBe(4000);
  });
});

describe("two who meet", () => {
  /** Someone who waits at (10, 5) from the start, and a passer from the left who is beside them at 20 s. */
  const passer = (t: number): Sight => ({ id: 2, x: 10 + ((t - 20_000) / 1000) * 1.2, y: 5.2, vx: 1.2 });

  test("keep their dwells when each goes on as before", () => {
    const since = play(24_000, (t) => [{ id: 1, x: 10, y: 5, standingSinceMs: 0 }, passer(t)]);
    expect(since(1)).toBe(0);
    expect(since(2)).toBeGreaterThan(11_000);
  });

  test("get their dwells back when their tracks change over", () => {
    const since = play(24_000, (t) => {
      const swapped = t >= 20_000;
      const stander = { x: 10, y: 5 };
      const { x, y, vx } = passer(t);
      return [
        { id: 1, ...(swapped ? { x, y, ...(vx === undefined ? {} : { vx }) } : stander) },
        { id: 2, ...(swapped ? stander : { x, y, ...(vx === undefined ? {} : { vx }) }) },
      ];
    });
    expect(since(2)).toBe(0);
    expect(since(1)).toBeGreaterThan(11_000);
  });

  test("get their dwells back also when they stood together for a while before one went on", () => {
    const since = play(32_000, (t) => {
      const stander = { x: 10, y: 5 };
      const { x: coming } = passer(t);
      const x = t < 20_000 ? coming : t < 26_000 ? 10.3 : 10.3 + ((t - 26_000) / 1000) * 1.2;
      const other = { x, y: 5.4, vx: t < 20_000 || t >= 26_000 ? 1.2 : 0 };
      const swapped = t >= 19_800;
      return [
        { id: 1, ...(swapped ? other : { ...stander, standingSinceMs: 0 }) },
        { id: 2, ...(swapped ? { ...stander, standingSinceMs: 21_000 } : other) },
      ];
    });
    expect(since(2)).toBe(0);
    expect(since(1)).toBeGreaterThan(11_000);
  });

  test("have the dwell of the later one when nobody can tell who went where", () => {
    // Head on, and both are seen to walk off to the right: one of them turned round.
    const since = play(31_000, (t) => {
      const seconds = (t - 20_000) / 1000;
      const from = { id: 1, x: 10 + 1.2 * Math.abs(seconds), y: 5, vx: t < 20_000 ? -1.2 : 1.2 };
      return [from, { id: 2, x: 10 + 1.2 * seconds, y: 5.2, vx: 1.2 }];
    });
    expect(since(1)).toBe(since(2));
    expect(since(1)).toBeGreaterThan(11_000);
  });

  test("lose nothing while they stand together", () => {
    const since = play(40_000, (t) => [
      { id: 1, x: 10, y: 5, standingSinceMs: 0 },
      ...(t < 10_000 ? [] : [{ id: 2, x: 10.6, y: 5, standingSinceMs: 10_000, bornMs: 9800 }]),
    ]);
    expect(since(1)).toBe(0);
    expect(since(2)).toBe(10_000);
  });
});

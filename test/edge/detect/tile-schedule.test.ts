// The schedule of tiles: a budget, more looks where it matters, none left out for ever.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, test as plain } from "vitest";
import { TileSchedule, type TilePlace } from "../../../edge/detect/tile-schedule.ts";

/** Tiles of 100×100 in a row. */
const row = (drawn: readonly boolean[]): TilePlace[] =>
  drawn.map((isDrawn, i) => ({
    tile: { x: i, y: 0 },
    box: { x1: i * 100, y1: 0, x2: i * 100 + 100, y2: 100 },
    drawn: isDrawn,
  }));

function looks(schedule: TileSchedule, frames: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < frames; i++)
    for (const { x } of schedule.next()) counts.set(x, (counts.get(x) ?? 0) + 1);
  return counts;
}

describe("TileSchedule", () => {
  test.prop([fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 12 })])(
    "keeps to its budget, gives no tile twice in a frame, and leaves none out",
    (drawn, perFrame) => {
      const schedule = new TileSchedule(row(drawn), perFrame);
      for (let i = 0; i < 5; i++) {
        const chosen = schedule.next().map(({ x }) => x);
        expect(chosen).toHaveLength(Math.min(perFrame, drawn.length));
        expect(new Set(chosen).size).toBe(chosen.length);
      }
      // The heaviest weigh six times the lightest.
      expect(looks(schedule, drawn.length * 6).size).toBe(drawn.length);
    },
  );

  plain("looks more often where the scene is drawn", () => {
    const counts = looks(new TileSchedule(row([false, true, false, false]), 1), 120);
    expect(counts.get(1)).toBeGreaterThan((counts.get(0) ?? 0) * 1.5);
    expect(counts.get(0)).toBeGreaterThan(10);
  });

  plain("looks more often where small things are, and no longer once they are gone", () => {
    const schedule = new TileSchedule(row([false, false, false]), 1);
    const small = { box: { x1: 240, y1: 40, x2: 250, y2: 60 } };
    const counts = [0, 0, 0];
    for (let i = 0; i < 60; i++) {
      for (const { x } of schedule.next()) counts[x] = (counts[x] ?? 0) + 1;
      schedule.saw([small]);
    }
    expect(counts[2]).toBeGreaterThan((counts[0] ?? 0) * 1.5);
    schedule.saw([]);
    const later = looks(schedule, 60);
    expect(Math.abs((later.get(2) ?? 0) - (later.get(0) ?? 0))).toBeLessThanOrEqual(2);
  });

  plain("leaves large things to the whole picture", () => {
    const schedule = new TileSchedule(row([false, false]), 1);
    const counts = [0, 0];
    for (let i = 0; i < 40; i++) {
      for (const { x } of schedule.next()) counts[x] = (counts[x] ?? 0) + 1;
      schedule.saw([{ box: { x1: 110, y1: 0, x2: 190, y2: 90 } }]);
    }
    expect(counts[0]).toBe(counts[1]);
  });
});

// Rules about vehicles that stand and about who rides on them: each clause on hand-written paths.
import { describe, expect, test } from "vitest";
import { type Actor, dataOf, drive, type Path, play, sceneOf } from "../street.ts";

type Points = [number, number, number][];
const actor = (name: Actor["class"], points: Points, id = 1): Actor => ({
  class: name,
  id,
  path: drive(points),
});
const times = (rest: string, rule: string, actors: readonly Actor[], untilS: number): number[] =>
  dataOf(play({ scene: sceneOf(rest), actors, untilS }), rule).map((data) => data["t_ms"] as number);

describe("stopping", () => {
  const rest =
    "zones:\n  - {name: kerb, kind: no-stopping, polygon: [[200, 300], [1000, 300], [1000, 380], [200, 380]]}\n" +
    "rules:\n  - {rule: stopping, zone: kerb, max_s: 20}\n";
  const parked = actor("car", [
    [0, 4, 17],
    [3, 25, 17],
    [60, 25, 17],
  ]);
  const passing = (start: number): Actor =>
    actor(
      "motorcycle",
      [
        [start, 2, 21],
        [start + 6, 62, 21],
      ],
      100 + start,
    );

  test("a car that stands over 20 s while traffic passes is a case, when the 20 s are full", () => {
    const [at, ...more] = times(rest, "stopping", [parked, ...[2, 8, 14, 20, 26, 32].map(passing)], 50);
    expect(more).toEqual([]);
    expect(at).toBeGreaterThanOrEqual(22_500);
    expect(at).toBeLessThanOrEqual(24_500);
  });
  test("alone on the road it is a case too, when nothing holds it", () => {
    expect(times(rest, "stopping", [parked], 60)).toHaveLength(1);
  });
  test("alone before a stop line it may wait: a case once the signal was green for most of it, or after two minutes", () => {
    const line =
      "lines:\n  - {name: stop, kind: stop, from: [560, 290], to: [560, 390], towards: [900, 340]}\n";
    const long = actor("car", [
      [0, 4, 17],
      [3, 25, 17],
      [150, 25, 17],
    ]);
    const unknown = times(line + rest, "stopping", [long], 150);
    expect(unknown).toHaveLength(1);
    expect(unknown[0]).toBeGreaterThan(120_000);
    const signalled =
      "signals:\n  - {name: north, from: {mqtt: c/1}}\n" +
      line +
      rest +
      "  - {rule: stop-line, line: stop, signal: north}\n";
    const held = play({
      scene: sceneOf(signalled),
      actors: [long],
      untilS: 140,
      signals: (t) => ({ north: t < 60 ? "red" : "green" }),
    });
    const [case1, ...more] = dataOf(held, "stopping").map((data) => data["t_ms"] as number);
    expect(more).toEqual([]);
    expect(case1).toBeGreaterThan(60_000);
    expect(case1).toBeLessThan(130_000);
  });
  test("in a queue it is none, and a short stop is none", () => {
    const queue = [12, 18, 32, 38].map((x, i) =>
      actor(
        "car",
        [
          [0, x - 8, 21],
          [3, x, 21],
          [60, x, 21],
        ],
        200 + i,
      ),
    );
    expect(times(rest, "stopping", [parked, ...queue], 50)).toEqual([]);
    expect(
      times(
        rest,
        "stopping",
        [
          actor("car", [
            [0, 4, 17],
            [3, 25, 17],
            [18, 25, 17],
            [22, 55, 17],
          ]),
        ],
        30,
      ),
    ).toEqual([]);
  });
});

test("junction-block is a stand in the box beyond its limit", () => {
  const rest =
    "zones:\n  - {name: box, kind: junction-box, polygon: [[400, 200], [900, 200], [900, 500], [400, 500]]}\n" +
    "rules:\n  - {rule: junction-block, zone: box, max_s: 5}\n";
  const [at] = times(
    rest,
    "junction-block",
    [
      actor("car", [
        [0, 4, 17],
        [3, 30, 17],
        [20, 30, 17],
      ]),
    ],
    20,
  );
  expect(at).toBeGreaterThanOrEqual(7800);
  expect(at).toBeLessThanOrEqual(9200);
  expect(
    times(
      rest,
      "junction-block",
      [
        actor("car", [
          [0, 4, 17],
          [3, 30, 17],
          [6, 30, 17],
          [9, 60, 17],
        ]),
      ],
      20,
    ),
  ).toEqual([]);
});

test("riders: three on a motorcycle are a case of the motorcycle, two are none", () => {
  const rest =
    "lanes:\n  - {name: main, polygon: [[0, 200], [1280, 200], [1280, 500], [0, 500]], towards: [2000, 350]}\n" +
    "rules:\n  - {rule: riders, lane: main, max_passengers: 1}\n";
  const path = drive([
    [0, 4, 17],
    [8, 60, 17],
  ]);
  const seat =
    (offset: number): Path =>
    (t) => {
      const at = path(t);
      return at === undefined ? undefined : { x: at.x + offset, y: at.y - 0.4 };
    };
  const people = (count: number): Actor[] =>
    Array.from({ length: count }, (_, i) => ({ class: "person", path: seat((i - 1) * 0.35), id: 50 + i }));
  const motorcycle: Actor = { class: "motorcycle", path, id: 1, size: [1.6, 1.2] };
  const missed = (frame: number, index: number): boolean => (frame + 3 * index) % 11 === 0;
  const raised = (count: number): Record<string, unknown>[] =>
    dataOf(
      play({ scene: sceneOf(rest), actors: [motorcycle, ...people(count)], untilS: 8, missed }),
      "riders",
    );
  expect(raised(3)).toMatchObject([{ track: { class: "motorcycle", truth_id: 1 }, because: { people: 3 } }]);
  expect(raised(2)).toEqual([]);
});

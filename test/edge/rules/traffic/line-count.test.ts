// line-count: one crossing when clear beyond after clear before, within the drawn segment.
import { describe, expect, test } from "vitest";
import type { EventDraft } from "../../../../edge/event/event-draft.ts";
import { type Actor, dataOf, drive, play, sceneOf } from "../street.ts";

const LINE =
  "lines:\n  - {name: gate, from: [200, 360], to: [1000, 360], towards: [600, 100], kind: count}\n";
const RULE = "rules:\n  - {rule: line-count, line: gate}\n";
const scene = sceneOf(LINE + RULE);
const flat = sceneOf(LINE + RULE, "");

function totals(events: readonly EventDraft[]): Record<string, unknown> {
  return Object.fromEntries(
    dataOf(events, "line-count").map((data) => [
      `${String(data["class"])} ${String(data["direction"])}`,
      data["total"],
    ]),
  );
}
const car = (points: [number, number, number][]): Actor => ({ class: "car", path: drive(points) });

describe("on a ground plane", () => {
  test("a vehicle that goes through is counted once, in its direction", () => {
    const events = play({
      scene,
      actors: [
        car([
          [0, 30, 30],
          [4, 30, 6],
        ]),
      ],
      untilS: 5,
    });
    expect(totals(events)).toEqual({ "car forward": 1 });
  });

  test("the other way is backward", () => {
    const events = play({
      scene,
      actors: [
        car([
          [0, 30, 6],
          [4, 30, 30],
        ]),
      ],
      untilS: 5,
    });
    expect(totals(events)).toEqual({ "car backward": 1 });
  });

  test("to and fro within a metre of the line is nothing", () => {
    const path = drive([
      [0, 30, 24],
      [2, 30, 18.6],
      [4, 30, 17.4],
      [6, 30, 18.6],
      [8, 30, 17.4],
      [10, 30, 18.6],
      [13, 30, 24],
    ]);
    const events = play({ scene, actors: [{ class: "motorcycle", path }], untilS: 13 });
    expect(totals(events)).toEqual({});
  });

  test("a vehicle that waits on the line counts once when it goes on", () => {
    const events = play({
      scene,
      actors: [
        car([
          [0, 30, 26],
          [2, 30, 18],
          [20, 30, 18],
          [23, 30, 8],
        ]),
      ],
      untilS: 24,
    });
    expect(totals(events)).toEqual({ "car forward": 1 });
  });

  test("there and back counts one each way", () => {
    const events = play({
      scene,
      actors: [
        car([
          [0, 30, 26],
          [4, 30, 10],
          [6, 30, 10],
          [10, 30, 26],
        ]),
      ],
      untilS: 11,
    });
    expect(totals(events)).toEqual({ "car forward": 1, "car backward": 1 });
  });

  test("passing beside the drawn ends is no crossing", () => {
    const events = play({
      scene,
      actors: [
        car([
          [0, 5, 30],
          [4, 5, 6],
        ]),
        car([
          [0, 55, 30],
          [4, 55, 6],
        ]),
      ],
      untilS: 5,
    });
    expect(totals(events)).toEqual({});
  });

  test("a rider is counted with the motorcycle, not beside it", () => {
    const path = drive([
      [0, 30, 30],
      [4, 30, 6],
    ]);
    const seat = (t: number): ReturnType<typeof path> => {
      const at = path(t);
      return at === undefined ? undefined : { x: at.x, y: at.y - 0.4 };
    };
    const events = play({
      scene,
      actors: [
        { class: "motorcycle", path },
        { class: "person", path: seat },
      ],
      untilS: 5,
    });
    expect(totals(events)).toEqual({ "motorcycle forward": 1 });
  });

  test("a detector that flickers and misses counts once", () => {
    const actors = [
      car([
        [0, 30, 30],
        [6, 30, 6],
      ]),
    ];
    const events = play({
      scene,
      actors,
      untilS: 7,
      missed: (frame) => frame % 4 === 0 || (frame > 25 && frame < 33),
    });
    expect(totals(events)).toEqual({ "car forward": 1 });
  });

  test("every minute reports what it counted, and the last event carries the total", () => {
    const actors = [0, 20, 70].map((start) =>
      car([
        [start, 30, 30],
        [start + 4, 30, 6],
      ]),
    );
    const counts = dataOf(play({ scene, actors, untilS: 80 }), "line-count");
    expect(counts.map((data) => [data["count"], data["total"], data["t_ms"]])).toEqual([
      [2, 2, 60_000],
      [1, 3, 80_000],
    ]);
  });
});

test("without ground a quarter of the box height is clear enough, less is not", () => {
  const through = play({
    scene: flat,
    actors: [
      car([
        [0, 30, 20],
        [3, 30, 16],
      ]),
    ],
    untilS: 4,
  });
  expect(totals(through)).toEqual({ "car forward": 1 });
  const nearby = play({
    scene: flat,
    actors: [
      car([
        [0, 30, 20],
        [3, 30, 17.8],
      ]),
    ],
    untilS: 4,
  });
  expect(totals(nearby)).toEqual({});
});

test("totals live on when a scene changes that keeps the line, and start anew when it moves", () => {
  const actors = [0, 10].map((start) =>
    car([
      [start, 30, 30],
      [start + 4, 30, 6],
    ]),
  );
  const same = sceneOf(
    `${LINE}zones:\n  - {name: kerb, kind: sidewalk, polygon: [[0, 0], [9, 0], [9, 9]]}\n${RULE}`,
  );
  const kept = play({ scene, actors, untilS: 16, before: (p, t) => t === 8 && p.changeScene(same) });
  expect(totals(kept)).toEqual({ "car forward": 2 });
  const moved = sceneOf(LINE.replaceAll("360", "380") + RULE);
  const anew = play({ scene, actors, untilS: 16, before: (p, t) => t === 8 && p.changeScene(moved) });
  expect(totals(anew)).toEqual({ "car forward": 1 });
});

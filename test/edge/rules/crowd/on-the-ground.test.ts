// What people do on the ground: whether they run apart, how a queue stands, how many cross a metre of a line.
import { expect, test } from "vitest";
import { divergenceOf } from "../../../../edge/rules/crowd/divergence.ts";
import { NO_STAYS } from "../../../../edge/rules/crowd/stay.ts";
import { waitingLine } from "../../../../edge/rules/crowd/waiting-line.ts";
import type { RoadUser } from "../../../../edge/rules/road-user.ts";
import { type Actor, drive, play, sceneOf } from "../street.ts";

function user(id: number, x: number, y: number, more: Partial<RoadUser> = {}): RoadUser {
  return {
    track: {
      id,
      class: "person",
      box: { x1: 0, y1: 0, x2: 1, y2: 1 },
      velocity: { x: 0, y: 0 },
      confidence: 1,
      firstSeenMs: 0,
      lastSeenMs: 0,
      observed: true,
    },
    foot: { x, y },
    place: { x, y },
    metric: true,
    located: true,
    renewed: false,
    people: 1,
    ...more,
  };
}
const grid = (velocity: (x: number, y: number) => { x: number; y: number }): RoadUser[] =>
  Array.from({ length: 25 }, (_, i) => {
    const x = (i % 5) * 2;
    const y = Math.floor(i / 5) * 2;
    return user(i, x, y, { velocity: velocity(x, y) });
  });

test("a crowd that runs apart from a point diverges, one that turns or walks by does not", () => {
  expect(divergenceOf(grid((x, y) => ({ x: 0.3 * (x - 4), y: 0.5 * (y - 4) })))).toBeCloseTo(0.8, 9);
  expect(divergenceOf(grid((x, y) => ({ x: -(y - 4), y: x - 4 })))).toBeCloseTo(0, 9);
  expect(divergenceOf(grid(() => ({ x: 1.3, y: -0.4 })))).toBeCloseTo(0, 9);
  expect(divergenceOf(grid((x, y) => ({ x: -0.1 * x, y: -0.1 * y })))).toBeCloseTo(-0.2, 9);
});

test("a handful, people in one line and a picture without metres have no divergence", () => {
  const apart = grid((x, y) => ({ x, y }));
  expect(divergenceOf(apart.slice(0, 4))).toBeUndefined();
  expect(divergenceOf(apart.slice(0, 5))).toBeUndefined();
  expect(divergenceOf(apart.map((one) => ({ ...one, metric: false })))).toBeUndefined();
});

test("a queue is the longest chain of people who stand, with the wait of its first", () => {
  const line = [0, 1, 2, 3, 4].map((i) => user(i + 1, i * 1.2, 0, { standingSinceMs: 50_000 }));
  const pair = [user(8, 20, 0, { standingSinceMs: 1 }), user(9, 21, 0, { standingSinceMs: 1 })];
  const walker = user(10, 6, 0);
  const stays = {
    ...NO_STAYS,
    ids: [1, 2, 3, 4, 5, 8, 9, 10],
    sinceMs: [40, 30, 20, 50, 60, 1, 1, 1].map((s) => s * 1000),
  };
  const queue = waitingLine([...line, ...pair, walker], stays, 100_000);
  expect(queue).toMatchObject({ queue_persons: 5, wait_s: 80 });
  expect(queue?.queue_m).toBeCloseTo(4.8, 9);
  expect(waitingLine([...pair, walker], stays, 100_000)).toBeUndefined();
});

test("people over a line are told per metre of it and minute, each way", () => {
  const scene = sceneOf(
    "lines:\n  - {name: gate, from: [200, 300], to: [400, 300], towards: [300, 600], kind: count}\nrules:\n  - {rule: line-count, line: gate}\n",
  );
  const walkers = Array.from(
    { length: 6 },
    (_, i): Actor => ({
      class: "person",
      path: drive([
        [i * 8, 11 + i, 10],
        [i * 8 + 8, 11 + i, 20],
      ]),
    }),
  );
  const counts = play({ scene, actors: walkers, untilS: 61 })
    .filter(({ type }) => type === "vn.ngatu.count.v1")
    .map(({ data }) => data as Record<string, unknown>);
  // Six over ten metres in the first minute.
  expect(counts[0]).toMatchObject({ direction: "forward", count: 6 });
  expect(counts[0]?.["per_metre_minute"]).toBeCloseTo(0.6, 2);
});

// crowd-over: more than the capacity for 2 s opens; 5 s below 90 % closes; one subject.
import { expect, test } from "vitest";
import type { EventDraft } from "../../../../edge/event/event-draft.ts";
import { type Actor, dataOf, play, sceneOf } from "../street.ts";

const ZONE =
  "zones:\n  - {name: plaza, kind: crowd, polygon: [[0, 200], [1280, 200], [1280, 700], [0, 700]], capacity: 10}\n";
const RULE = "rules:\n  - {rule: crowd-over, zone: plaza}\n";
const scene = sceneOf(ZONE + RULE);

/** Person `i` stands in a grid within the given times. */
function standing(i: number, fromS: number, toS: number, className: "person" | "head" = "person"): Actor {
  const at = { x: 4 + (i % 10) * 4, y: 14 + Math.floor(i / 10) * 4 };
  return { class: className, path: (t) => (t >= fromS && t < toS ? at : undefined) };
}
const people = (count: number, fromS: number, toS: number, first = 0): Actor[] =>
  Array.from({ length: count }, (_, i) => standing(first + i, fromS, toS));
const states = (events: readonly EventDraft[]): unknown[] =>
  dataOf(events, "crowd-over").map((data) => [data["state"], data["persons"]]);

test("eleven people for over 2 s open an alert at capacity ten; ten never do", () => {
  const events = play({ scene, actors: people(11, 1, 9), untilS: 9 });
  const [opened] = dataOf(events, "crowd-over");
  expect(opened).toMatchObject({ state: "opened", zone: "plaza", persons: 11, capacity: 10 });
  expect(opened?.["t_ms"]).toBeGreaterThanOrEqual(3000);
  expect(opened?.["t_ms"]).toBeLessThanOrEqual(3600);
  expect(states(play({ scene, actors: people(10, 1, 9), untilS: 9 }))).toEqual([]);
});

test("a group that walks through within 2 s opens nothing", () => {
  expect(states(play({ scene, actors: people(12, 1, 2.4), untilS: 6 }))).toEqual([]);
});

test("an open alert closes only after 5 s below nine tenths", () => {
  const actors = [...people(8, 0, 40), ...people(4, 0, 10, 8), ...people(1, 10, 25, 13)];
  const events = play({ scene, actors, untilS: 40 });
  const alerts = dataOf(events, "crowd-over");
  expect(alerts.map((data) => data["state"])).toEqual(["opened", "updated", "updated", "closed"]);
  const closed = alerts.at(-1);
  expect(closed?.["t_ms"]).toBeGreaterThanOrEqual(30_000);
  expect(closed?.["t_ms"]).toBeLessThanOrEqual(31_500);
  const subjects = events
    .filter((event) => event.type === "vn.ngatu.crowd.alert.v1")
    .map((event) => event.subject);
  expect(new Set(subjects)).toEqual(new Set(["street/plaza/crowd-over"]));
});

test("missed detections neither open nor close", () => {
  const missed = (frame: number, actor: number): boolean => (frame + actor * 7) % 12 === 0;
  expect(states(play({ scene, actors: people(11, 0, 20), untilS: 20, missed }))).toEqual([["opened", 11]]);
});

test("a frame with heads counts heads", () => {
  const heads = Array.from({ length: 12 }, (_, i) => standing(i, 0, 6, "head"));
  const [opened] = dataOf(
    play({ scene, actors: [...heads, ...people(3, 0, 6, 20)], untilS: 6 }),
    "crowd-over",
  );
  expect(opened).toMatchObject({ persons: 12, because: { counted: "heads" } });
});

test("a changed scene closes an alert whose zone moved, and keeps one whose capacity changed", () => {
  const actors = people(12, 0, 20);
  const moved = sceneOf(ZONE.replace("[0, 200]", "[0, 220]") + RULE);
  const before = play({ scene, actors, untilS: 9, before: (p, t) => t === 6 && p.changeScene(moved) });
  expect(states(before).length).toBeGreaterThanOrEqual(1);
  const events: EventDraft[] = [];
  const kept = play({
    scene,
    actors,
    untilS: 9,
    before: (p, t) => {
      if (t === 6) events.push(...p.changeScene(moved).map(({ draft }) => draft));
    },
  });
  expect(events.map((event) => event.data)).toMatchObject([{ state: "closed", reason: "scene_changed" }]);
  expect(states(kept)).toEqual([
    ["opened", 12],
    ["opened", 12],
  ]);
  const larger = sceneOf(ZONE.replace("capacity: 10", "capacity: 11") + RULE);
  expect(
    states(play({ scene, actors, untilS: 9, before: (p, t) => t === 6 && p.changeScene(larger) })),
  ).toEqual([["opened", 12]]);
});

test("every second has a sample, every minute a durable one, with density on the ground", () => {
  const events = play({ scene, actors: people(5, 0, 70), untilS: 65 });
  const samples = events
    .filter((event) => event.type === "vn.ngatu.crowd.sample.v1")
    .map((event) => event.data);
  expect(samples).toHaveLength(65);
  expect(samples[2]).toMatchObject({
    zone: "plaza",
    t_ms: 3000,
    persons: 5,
    density: expect.closeTo(5 / (64 * 25), 9) as number,
  });
  expect(samples[59]).toMatchObject({ t_ms: 60_000, persons_max: 5 });
});

// Crowd rules on hand-written paths: density, surge, dispersal, counter-flow, blocked flow, gathering, loitering.
import { expect, test } from "vitest";
import { type Actor, dataOf, drive, play, sceneOf } from "../street.ts";

// 20 m × 10 m of ground.
const ZONE =
  "zones:\n  - {name: plaza, kind: crowd, polygon: [[200, 200], [600, 200], [600, 400], [200, 400]], capacity: 500}\n";
const scene = (rule: string) => sceneOf(`${ZONE}rules:\n  - {${rule}}\n`);

/** Person `i` stands in a grid of 0.9 m within the given times. */
function standing(i: number, fromS: number, toS: number): Actor {
  const at = { x: 11 + (i % 18), y: 11 + Math.floor(i / 18) * 2 };
  return { class: "person", size: [0.5, 1.7], path: (t) => (t >= fromS && t < toS ? at : undefined) };
}
const people = (count: number, fromS: number, toS: number, first = 0): Actor[] =>
  Array.from({ length: count }, (_, i) => standing(first + i, fromS, toS));
const states = (rule: string, actors: readonly Actor[], untilS: number): unknown[] =>
  dataOf(play({ scene: scene(rule), actors, untilS }), rule.split(/[:,]/)[1]?.trim() ?? "").map(
    (data) => data["state"],
  );

test("a density at the level opens once it has been held; a lower one never does", () => {
  const rule = "rule: crowd-density, zone: plaza, level: B, hold_s: 4";
  expect(states(rule, people(90, 0, 9), 9)).toEqual(["opened"]);
  expect(states(rule, people(72, 0, 9), 9)).toEqual([]);
});

test("a surge is growth within seconds, not a crowd that comes into view", () => {
  const rule = "rule: crowd-surge, zone: plaza";
  expect(states(rule, [...people(18, 0, 16), ...people(18, 8, 16, 18)], 12)).toEqual(["opened"]);
  expect(states(rule, people(54, 0, 12), 12)).toEqual([]);
  expect(states(rule, [...people(36, 0, 12), ...people(18, 8, 12, 36)], 12)).toEqual([]);
});

test("a dispersal is half of the people gone within seconds", () => {
  const rule = "rule: crowd-dispersal, zone: plaza";
  expect(states(rule, [...people(36, 0, 10), ...people(6, 0, 20, 36)], 16)[0]).toBe("opened");
  expect(states(rule, [...people(10, 0, 10), ...people(36, 0, 20, 10)], 16)).toEqual([]);
});

test("five people against a one-way stream open an alert, three do not", () => {
  const rule = "rule: counter-flow, zone: plaza";
  const stream = Array.from(
    { length: 24 },
    (_, i): Actor => ({
      class: "person",
      path: drive([
        [i, 6, 11 + (i % 4)],
        [i + 18, 33, 11 + (i % 4)],
      ]),
    }),
  );
  const against = (count: number): Actor[] =>
    Array.from({ length: count }, (_, i) => ({
      class: "person",
      path: drive([
        [18, 33 + i, 16.5 + i * 0.6],
        [34, 9 + i, 16.5 + i * 0.6],
      ]),
    }));
  expect(states(rule, [...stream, ...against(5)], 34)[0]).toBe("opened");
  expect(states(rule, [...stream, ...against(3)], 34)).toEqual([]);
});

test("people who cannot move on are a blocked flow; people who walk are not", () => {
  const rule = "rule: flow-blocked, zone: plaza";
  expect(states(rule, people(6, 0, 12), 12)).toEqual(["opened"]);
  expect(states(rule, people(4, 0, 12), 12)).toEqual([]);
});

test("seven who stand within two metres of a middle are a gathering; a row of them is none", () => {
  const rule = "rule: gathering, zone: plaza, hold_s: 5";
  const ring = Array.from({ length: 7 }, (_, i): Actor => {
    const angle = (i * 2 * Math.PI) / 7;
    const at = { x: 20 + 1.8 * Math.cos(angle), y: 15 + 1.8 * Math.sin(angle) };
    return { class: "person", size: [0.4, 1.7], path: () => at };
  });
  expect(states(rule, ring, 9)).toEqual(["opened"]);
  expect(states(rule, people(7, 0, 9), 9)).toEqual([]);
});

test("somebody who stays is loitering, also when their track was lost for a while", () => {
  const rule = "rule: loitering, zone: plaza, max_s: 15";
  const actor: Actor = { class: "person", path: (t) => (t > 7 && t < 11 ? undefined : { x: 20, y: 15 }) };
  const [opened] = dataOf(play({ scene: scene(rule), actors: [actor], untilS: 18 }), "loitering");
  expect(opened).toMatchObject({ state: "opened", zone: "plaza", persons: 1 });
  expect(opened?.["t_ms"]).toBeLessThan(16_500);
  expect(states(rule, people(1, 0, 12), 18)).toEqual([]);
});

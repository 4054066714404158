// Rules that measure a lane, and yield: speed, flow, queue, congestion, helmet, on hand-written paths.
import { expect, test } from "vitest";
import { type Actor, dataOf, drive, play, sceneOf, typesOf } from "../street.ts";

// 60 m of lane, 4 m wide, travel to the right.
const LANE = `lanes:
  - {name: east, polygon: [[40, 300], [1240, 300], [1240, 380], [40, 380]], towards: [1270, 340], speed_limit_kmh: 40}
zones:
  - {name: stripes, kind: crosswalk, polygon: [[600, 200], [680, 200], [680, 500], [600, 500]]}
`;
const scene = (rule: string) => sceneOf(`${LANE}rules:\n  - {${rule}}\n`);
const car = (fromS: number, speedMs: number): Actor => ({
  class: "car",
  path: drive([
    [fromS, 3, 17],
    [fromS + 58 / speedMs, 61, 17],
  ]),
});

test("a speed above limit, tolerance and error is an observation for want of a meter", () => {
  const events = play({ scene: scene("rule: speed, lane: east"), actors: [car(0, 15)], untilS: 4 });
  const [data] = dataOf(events, "speed");
  expect(typesOf(events, "speed")).toEqual(["vn.ngatu.traffic.observation.v1"]);
  expect(data).toMatchObject({ withheld: "meter-missing", lane: "east" });
  expect(data?.["speed_kmh"]).toBeCloseTo(54, 0);
});

test("a speed within the tolerance is nothing", () => {
  const events = play({ scene: scene("rule: speed, lane: east"), actors: [car(0, 12)], untilS: 5 });
  expect(dataOf(events, "speed")).toEqual([]);
});

test("flow counts each vehicle of the lane once and tells speed and headway", () => {
  const actors = [car(0, 10), car(2, 10), car(4, 10)];
  const events = play({ scene: scene("rule: flow, lane: east"), actors, untilS: 11 });
  const [data] = dataOf(events, "flow");
  expect(data).toMatchObject({ counts: { car: 3 }, vehicles: 3, pcu: 3 });
  expect(data?.["headway_s"]).toBeCloseTo(2, 0);
  expect(data?.["speed_kmh"]).toBeCloseTo(36, 0);
});

test("a queue has its vehicles and metres", () => {
  const actors = [0, 1, 2].map((i): Actor => ({ class: "car", path: () => ({ x: 50 - 6 * i, y: 17 }) }));
  const [data] = dataOf(play({ scene: scene("rule: queue, lane: east"), actors, untilS: 5 }), "queue");
  expect(data).toMatchObject({ queue_vehicles: 3 });
  expect(data?.["queue_m"]).toBeCloseTo(16.5, 0);
});

test("a lane that does not move for long is one congestion; a few vehicles are none", () => {
  const jam = (count: number): Actor[] =>
    Array.from({ length: count }, (_, i) => ({ class: "car", path: () => ({ x: 50 - 6 * i, y: 17 }) }));
  const rule = "rule: congestion, lane: east, hold_s: 10";
  const events = play({ scene: scene(rule), actors: jam(5), untilS: 15 });
  expect(dataOf(events, "congestion").map((data) => data["state"])).toEqual(["opened"]);
  expect(dataOf(play({ scene: scene(rule), actors: jam(3), untilS: 15 }), "congestion")).toEqual([]);
});

test("driving over a crosswalk in front of somebody on it is a case; with nobody there it is none", () => {
  const walker: Actor = {
    class: "person",
    path: drive([
      [0, 32, 13],
      [8, 32, 22],
    ]),
  };
  const events = play({ scene: scene("rule: yield, zone: stripes"), actors: [car(0, 8), walker], untilS: 8 });
  expect(dataOf(events, "yield")).toHaveLength(1);
  const alone = play({ scene: scene("rule: yield, zone: stripes"), actors: [car(0, 8)], untilS: 8 });
  expect(dataOf(alone, "yield")).toEqual([]);
});

test("the helmet rule says that there is no model, once", () => {
  const events = play({ scene: scene("rule: helmet, lane: east"), actors: [car(0, 10)], untilS: 3 });
  const said = events.filter((event) => event.type === "vn.ngatu.health.v1");
  expect(said.map((event) => (event.data as { cause?: string }).cause)).toEqual([
    "no helmet model: the rule helmet is not watched",
  ]);
});

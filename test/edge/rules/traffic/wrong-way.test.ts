// wrong-way: 5 m against the lane at more than 1.2 m/s; reversing and pushing back never.
import { expect, test } from "vitest";
import { type Actor, dataOf, drive, play, sceneOf, typesOf } from "../street.ts";

const LANE =
  "lanes:\n  - {name: lane, polygon: [[400, 40], [700, 40], [700, 680], [400, 680]], towards: [550, -200], classes: [car]}\n";
const scene = sceneOf(`${LANE}rules:\n  - {rule: wrong-way, lane: lane}\n`);
const flat = sceneOf(`${LANE}rules:\n  - {rule: wrong-way, lane: lane}\n`, "");
const moto = (points: [number, number, number][], id = 7): Actor => ({
  class: "motorcycle",
  id,
  path: drive(points),
});

test("a motorcycle that rides 20 m against the lane is one case, at five metres", () => {
  const events = play({
    scene,
    actors: [
      moto([
        [0, 27, 8],
        [4, 27, 28],
      ]),
    ],
    untilS: 5,
  });
  const [data, ...more] = dataOf(events, "wrong-way");
  expect(more).toEqual([]);
  expect(typesOf(events, "wrong-way")).toEqual(["vn.ngatu.traffic.case.v1"]);
  expect(data).toMatchObject({ lane: "lane", track: { class: "motorcycle", truth_id: 7 } });
  expect(data?.["t_ms"]).toBeGreaterThanOrEqual(900);
  expect(data?.["t_ms"]).toBeLessThanOrEqual(2000);
});

test.each([
  [
    "rides with the lane",
    [
      [0, 27, 28],
      [4, 27, 8],
    ],
  ],
  [
    "reverses 4 m at 2 m/s",
    [
      [0, 27, 28],
      [3, 27, 15],
      [4, 27, 15],
      [6, 27, 19],
      [9, 27, 19],
    ],
  ],
  [
    "is pushed back 12 m at 1 m/s",
    [
      [0, 27, 10],
      [12, 27, 22],
    ],
  ],
  [
    "crosses the lane from side to side",
    [
      [0, 15, 15],
      [5, 40, 17],
    ],
  ],
  [
    "stands",
    [
      [0, 27, 20],
      [20, 27, 20],
    ],
  ],
] as [string, [number, number, number][]][])("no case: a motorcycle that %s", (_what, points) => {
  const untilS = (points.at(-1)?.[0] ?? 0) + 1;
  expect(dataOf(play({ scene, actors: [moto(points)], untilS }), "wrong-way")).toEqual([]);
});

test("leaving the lane and coming back is the same passage", () => {
  const actors = [
    moto([
      [0, 27, 4],
      [3, 27, 14],
      [7, 17, 18],
      [8, 17, 18],
      [12, 27, 22],
      [15, 27, 32],
    ]),
  ];
  expect(dataOf(play({ scene, actors, untilS: 15 }), "wrong-way")).toHaveLength(1);
});

test("a track that is lost and begins anew nearby gives no second case", () => {
  const actors = [
    moto([
      [0, 27, 4],
      [8, 27, 34],
    ]),
  ];
  const events = play({ scene, actors, untilS: 9, missed: (frame) => frame > 30 && frame < 55 });
  expect(dataOf(events, "wrong-way")).toHaveLength(1);
});

test("missed detections do not hide it, nor make two", () => {
  const missed = (frame: number): boolean => frame % 3 === 0 || (frame > 14 && frame < 22);
  const events = play({
    scene,
    actors: [
      moto([
        [0, 27, 6],
        [6, 27, 30],
      ]),
    ],
    untilS: 7,
    missed,
  });
  expect(dataOf(events, "wrong-way")).toHaveLength(1);
});

test("in a picture of another aspect ratio it is an observation that says why", () => {
  const actors = [
    moto([
      [0, 27, 8],
      [4, 27, 28],
    ]),
  ];
  const events = play({ scene, actors, untilS: 5, picture: { width: 640, height: 480 } });
  expect(typesOf(events, "wrong-way")).toEqual(["vn.ngatu.traffic.observation.v1"]);
  expect(dataOf(events, "wrong-way")[0]).toMatchObject({ withheld: "scene-unverified" });
  expect(events[0]).toMatchObject({ type: "vn.ngatu.health.v1", data: { state: "unverified" } });
});

test("without ground the usual height of the class stands in for metres", () => {
  const events = play({
    scene: flat,
    actors: [
      moto([
        [0, 27, 8],
        [4, 27, 28],
      ]),
    ],
    untilS: 5,
  });
  expect(dataOf(events, "wrong-way")).toHaveLength(1);
  const reversing = [
    moto([
      [0, 27, 28],
      [3, 27, 15],
      [4, 27, 15],
      [6, 27, 18],
      [9, 27, 18],
    ]),
  ];
  expect(dataOf(play({ scene: flat, actors: reversing, untilS: 10 }), "wrong-way")).toEqual([]);
});

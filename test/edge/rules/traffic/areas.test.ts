// Rules about lanes, zones and lines without signals: each clause of their meaning on hand-written paths.
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

describe("lane-class", () => {
  const rest =
    "lanes:\n  - {name: cars, polygon: [[0, 300], [1280, 300], [1280, 400], [0, 400]], towards: [2000, 350], classes: [car]}\n" +
    "rules:\n  - {rule: lane-class, lane: cars}\n";
  test("a motorcycle in the car lane for 1.5 s is a case, a car and a clipped edge are none", () => {
    const [at, ...more] = times(
      rest,
      "lane-class",
      [
        actor("motorcycle", [
          [0, 2, 17.5],
          [6, 60, 17.5],
        ]),
      ],
      6,
    );
    expect(more).toEqual([]);
    expect(at).toBeGreaterThanOrEqual(1500);
    expect(at).toBeLessThanOrEqual(2500);
    expect(
      times(
        rest,
        "lane-class",
        [
          actor("car", [
            [0, 2, 17.5],
            [6, 60, 17.5],
          ]),
        ],
        6,
      ),
    ).toEqual([]);
    const clip: Points = [
      [0, 2, 22],
      [2, 22, 21],
      [2.3, 25, 19],
      [2.6, 28, 21],
      [5, 55, 22],
    ];
    expect(times(rest, "lane-class", [actor("motorcycle", clip)], 5)).toEqual([]);
  });
});

test("truck-hours holds for trucks, in the hours, in Vietnam's time", () => {
  const rest = (hours: string): string =>
    "lanes:\n  - {name: main, polygon: [[0, 300], [1280, 300], [1280, 400], [0, 400]], towards: [2000, 350]}\n" +
    `rules:\n  - {rule: truck-hours, lane: main, hours: ["${hours}"]}\n`;
  const path: Points = [
    [0, 4, 17.5],
    [6, 60, 17.5],
  ];
  // Media time 0 is 1970-01-01 07:00 in Vietnam.
  expect(times(rest("06:00-09:00"), "truck-hours", [actor("truck", path)], 6)).toHaveLength(1);
  expect(times(rest("16:00-20:00"), "truck-hours", [actor("truck", path)], 6)).toEqual([]);
  expect(times(rest("06:00-09:00"), "truck-hours", [actor("car", path)], 6)).toEqual([]);
});

test("emergency-lane takes any vehicle after 1.5 s", () => {
  const rest =
    "zones:\n  - {name: shoulder, kind: emergency-lane, polygon: [[0, 300], [1280, 300], [1280, 400], [0, 400]]}\n" +
    "rules:\n  - {rule: emergency-lane, zone: shoulder}\n";
  expect(
    times(
      rest,
      "emergency-lane",
      [
        actor("car", [
          [0, 4, 17.5],
          [6, 60, 17.5],
        ]),
      ],
      6,
    ),
  ).toHaveLength(1);
  expect(
    times(
      rest,
      "emergency-lane",
      [
        actor("person", [
          [0, 4, 17.5],
          [6, 14, 17.5],
        ]),
      ],
      6,
    ),
  ).toEqual([]);
});

describe("pedestrian", () => {
  const rest =
    "zones:\n  - {name: road, kind: carriageway, polygon: [[0, 200], [1280, 200], [1280, 500], [0, 500]]}\n" +
    "  - {name: zebra, kind: crosswalk, polygon: [[600, 200], [700, 200], [700, 500], [600, 500]]}\n" +
    "rules:\n  - {rule: pedestrian, zone: road}\n";
  test("a person on the carriageway for 1.5 s is an incident", () => {
    const scene = sceneOf(rest);
    const events = play({
      scene,
      actors: [
        actor("person", [
          [0, 20, 5],
          [20, 20, 30],
        ]),
      ],
      untilS: 20,
    });
    const incidents = events.filter((event) => event.type === "vn.ngatu.incident.v1");
    expect(incidents).toHaveLength(1);
    expect(incidents[0]?.data).toMatchObject({ rule: "pedestrian", zone: "road", track: { truth_id: 1 } });
  });
  test("on a crosswalk, beside the road, or on a motorcycle nobody is one", () => {
    expect(
      times(
        rest,
        "pedestrian",
        [
          actor("person", [
            [0, 32, 5],
            [20, 32, 30],
          ]),
        ],
        20,
      ),
    ).toEqual([]);
    expect(
      times(
        rest,
        "pedestrian",
        [
          actor("person", [
            [0, 5, 8],
            [20, 30, 8],
          ]),
        ],
        20,
      ),
    ).toEqual([]);
    const ride = drive([
      [0, 4, 17],
      [10, 60, 17],
    ]);
    const seat: Path = (t) => {
      const at = ride(t);
      return at === undefined ? undefined : { x: at.x, y: at.y - 0.4 };
    };
    expect(
      times(
        rest,
        "pedestrian",
        [
          { class: "motorcycle", path: ride },
          { class: "person", path: seat },
        ],
        10,
      ),
    ).toEqual([]);
    expect(times(rest, "pedestrian", [{ class: "rider", path: seat }], 10)).toEqual([]);
  });
});

describe("solid-line", () => {
  const rest =
    "lines:\n  - {name: centre, from: [200, 360], to: [1080, 360], towards: [640, 100], kind: solid}\n" +
    "rules:\n  - {rule: solid-line, line: centre}\n";
  const count = (points: Points): number =>
    times(rest, "solid-line", [actor("motorcycle", points)], 12).length;
  test("crossing by a metre is one case, and coming back is the same passage", () => {
    expect(
      count([
        [0, 15, 20],
        [3, 30, 20],
        [4, 35, 16.5],
        [8, 52, 16.5],
      ]),
    ).toBe(1);
    expect(
      count([
        [0, 15, 20],
        [3, 25, 16.5],
        [5, 32, 16.5],
        [8, 42, 20],
      ]),
    ).toBe(1);
  });
  test("a wheel on the line is none, nor is passing round its end", () => {
    expect(
      count([
        [0, 15, 20],
        [3, 30, 18.15],
        [5, 40, 17.85],
        [8, 50, 20],
      ]),
    ).toBe(0);
    expect(
      count([
        [0, 30, 20],
        [4, 5, 20],
        [7, 5, 15],
        [10, 30, 15],
      ]),
    ).toBe(0);
  });
});

test("turn is from inside one zone to inside the other, true on entering it", () => {
  const rest =
    "zones:\n  - {name: in, kind: turn-from, polygon: [[100, 400], [300, 400], [300, 700], [100, 700]]}\n" +
    "  - {name: out, kind: turn-to, polygon: [[500, 400], [700, 400], [700, 700], [500, 700]]}\n" +
    "rules:\n  - {rule: turn, from: in, to: out, name: u-turn}\n";
  const scene = sceneOf(rest);
  const around: Points = [
    [0, 10, 34],
    [4, 10, 16],
    [7, 20, 12],
    [9, 30, 16],
    [13, 30, 34],
  ];
  const events = dataOf(play({ scene, actors: [actor("motorcycle", around)], untilS: 13 }), "turn");
  expect(events).toMatchObject([{ rule: "turn", name: "u-turn", zone: "out" }]);
  expect(events[0]?.["t_ms"]).toBeGreaterThan(9500);
  expect(events[0]?.["t_ms"]).toBeLessThan(10_600);
  expect(
    times(
      rest,
      "turn",
      [
        actor("motorcycle", [
          [0, 10, 34],
          [8, 10, 2],
        ]),
      ],
      9,
    ),
  ).toEqual([]);
  expect(
    times(
      rest,
      "turn",
      [
        actor("motorcycle", [
          [0, 30, 2],
          [8, 30, 34],
        ]),
      ],
      9,
    ),
  ).toEqual([]);
});

describe("sidewalk", () => {
  const rest =
    "zones:\n  - {name: footway, kind: sidewalk, polygon: [[0, 300], [1280, 300], [1280, 360], [0, 360]]}\n" +
    "rules:\n  - {rule: sidewalk, zone: footway}\n";
  test("six metres along it are a case, crossing it into a house is none", () => {
    expect(
      times(
        rest,
        "sidewalk",
        [
          actor("motorcycle", [
            [0, 10, 25],
            [2, 15, 16.5],
            [6, 35, 16.5],
            [8, 40, 25],
          ]),
        ],
        9,
      ),
    ).toHaveLength(1);
    expect(
      times(
        rest,
        "sidewalk",
        [
          actor("motorcycle", [
            [0, 10, 25],
            [4, 13, 10],
          ]),
        ],
        5,
      ),
    ).toEqual([]);
    expect(
      times(
        rest,
        "sidewalk",
        [
          actor("motorcycle", [
            [0, 10, 25],
            [3, 13, 16.5],
            [20, 13, 16.5],
          ]),
        ],
        20,
      ),
    ).toEqual([]);
  });
});

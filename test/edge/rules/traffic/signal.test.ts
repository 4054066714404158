// red-light and stop-line: the clauses of their meaning, on hand-written paths towards a stop line.
import { describe, expect, test } from "vitest";
import type { SignalState } from "../../../../config/camera.ts";
import type { EventDraft } from "../../../../edge/event/event-draft.ts";
import { type Actor, dataOf, drive, play, sceneOf, typesOf } from "../street.ts";

// Traffic comes from the left; the stop line is at x = 30 m, the exit line at x = 45 m.
const SCENE = `lines:
  - {name: stop, from: [600, 200], to: [600, 500], towards: [900, 350], kind: stop}
  - {name: out, from: [900, 100], to: [900, 600], towards: [1200, 350], kind: exit}
signals:
  - {name: main, from: {mqtt: controller/1}}
`;
const RED = "  - {rule: red-light, line: stop, exit: out, signal: main}\n";
const STOP = "  - {rule: stop-line, line: stop, signal: main}\n";
const scene = sceneOf(`${SCENE}rules:\n${RED}${STOP}`);

type Points = [number, number, number][];
const through = (crossS: number): Points => [
  [crossS - 2, 10, 18],
  [crossS + 3, 60, 18],
];
const vehicle = (points: Points, name: Actor["class"] = "motorcycle"): Actor => ({
  class: name,
  id: 1,
  path: drive(points),
});
/** Green, then red from the given second. */
const redFrom =
  (second: number, until = Infinity) =>
  (t: number): Record<string, SignalState> => ({
    main: t >= second && t < until ? "red" : "green",
  });
const watch = (
  actor: Actor,
  signals: (t: number) => Record<string, SignalState> | undefined,
  untilS = 20,
): EventDraft[] => play({ scene, actors: [actor], untilS, signals });

describe("red-light", () => {
  test("over the line 2 s into red and out at the exit in the same red is one case, true at the exit", () => {
    const events = watch(vehicle(through(7)), redFrom(5));
    expect(typesOf(events, "red-light")).toEqual(["vn.ngatu.traffic.case.v1"]);
    const [data] = dataOf(events, "red-light");
    expect(data?.["t_ms"]).toBeGreaterThan(8300);
    expect(data?.["t_ms"]).toBeLessThan(8700);
    const because = data?.["because"] as Record<string, unknown>;
    expect(because["crossed_ms"]).toBeGreaterThan(6800);
    expect(because["crossed_ms"]).toBeLessThan(7200);
    expect(because["crossed_box"]).toHaveLength(4);
    expect(data).toMatchObject({ line: "stop", track: { truth_id: 1 } });
    expect(dataOf(events, "stop-line")).toEqual([]);
  });

  test.each([
    ["crossed before red, though it leaves on red", 4.8, "motorcycle", redFrom(5)],
    ["crossed 0.3 s into red", 5.3, "motorcycle", redFrom(5)],
    ["is a bus whose rear crosses 1.2 s into red", 6.2, "bus", redFrom(5)],
    ["reaches the exit after the light turned green", 7, "motorcycle", redFrom(5, 8)],
    ["crosses on green", 3, "motorcycle", redFrom(10)],
  ] as const)("no case: a vehicle that %s", (_what, crossS, name, signals) => {
    expect(dataOf(watch(vehicle(through(crossS), name), signals), "red-light")).toEqual([]);
  });

  test("crossing backward, or beside the line's ends, is none", () => {
    expect(
      dataOf(
        watch(
          vehicle([
            [5, 50, 18],
            [10, 10, 18],
          ]),
          redFrom(2),
        ),
        "red-light",
      ),
    ).toEqual([]);
    expect(
      dataOf(
        watch(
          vehicle([
            [5, 10, 28],
            [10, 60, 28],
          ]),
          redFrom(2),
        ),
        "red-light",
      ),
    ).toEqual([]);
  });

  test("a signal silent for over 2 s makes it an observation that says so", () => {
    const signals = (t: number): Record<string, SignalState> | undefined =>
      t < 6 ? redFrom(3)(t) : undefined;
    const events = watch(vehicle(through(10)), signals);
    expect(typesOf(events, "red-light")).toEqual(["vn.ngatu.traffic.observation.v1"]);
    expect(dataOf(events, "red-light")[0]).toMatchObject({ withheld: "signal-stale" });
  });

  test("without an exit line it is true 3 m beyond the line, still moving", () => {
    const open = sceneOf(`${SCENE}rules:\n  - {rule: red-light, line: stop, signal: main}\n`);
    const [data] = dataOf(
      play({ scene: open, actors: [vehicle(through(7))], untilS: 12, signals: redFrom(5) }),
      "red-light",
    );
    expect(data?.["t_ms"]).toBeGreaterThanOrEqual(7200);
    expect(data?.["t_ms"]).toBeLessThanOrEqual(7600);
  });

  test("a turn to the right counts, unless the rule allows it", () => {
    const points: Points = [
      [5, 10, 18],
      [7, 28, 18],
      [7.6, 33, 19],
      [8.2, 36, 22],
      [9, 37, 27],
      [10, 37, 34],
    ];
    const right = "rules:\n  - {rule: red-light, line: stop, signal: main}\n";
    const allowed = "rules:\n  - {rule: red-light, line: stop, signal: main, allow: [right]}\n";
    const signals = redFrom(3);
    const cases = (rules: string, way: Points): unknown[] =>
      dataOf(
        play({ scene: sceneOf(SCENE + rules), actors: [vehicle(way)], untilS: 12, signals }),
        "red-light",
      );
    expect(cases(right, points)).toHaveLength(1);
    expect(cases(allowed, points)).toEqual([]);
    expect(cases(allowed, through(7))).toHaveLength(1);
  });
});

describe("stop-line", () => {
  const overAndStand: Points = [
    [5, 10, 18],
    [7, 30, 18],
    [7.5, 32, 18],
    [18, 32, 18],
  ];

  test("over the line on red and standing 2 m beyond it is a stop-line case, when 1.5 s are full", () => {
    const events = watch(vehicle(overAndStand), redFrom(5));
    expect(typesOf(events, "stop-line")).toEqual(["vn.ngatu.traffic.case.v1"]);
    const at = dataOf(events, "stop-line")[0]?.["t_ms"];
    expect(at).toBeGreaterThanOrEqual(8500);
    expect(at).toBeLessThanOrEqual(10_000);
    expect(dataOf(events, "red-light")).toEqual([]);
  });

  test.each([
    [
      "stopped before the line",
      [
        [5, 10, 18],
        [7, 29.4, 18],
        [18, 29.4, 18],
      ],
      5,
    ],
    [
      "stands with a wheel on the line",
      [
        [5, 10, 18],
        [7, 30.3, 18],
        [18, 30.3, 18],
      ],
      5,
    ],
    [
      "crossed before red and stands in the junction",
      [
        [0, 10, 18],
        [2, 32, 18],
        [18, 32, 18],
      ],
      5,
    ],
    [
      "stops for one second and goes back",
      [
        [5, 10, 18],
        [7, 31, 18],
        [8, 31, 18],
        [10, 28, 18],
        [18, 28, 18],
      ],
      5,
    ],
  ] as [string, Points, number][])("no case: a vehicle that %s", (_what, points, red) => {
    const events = watch(vehicle(points), redFrom(red));
    expect(dataOf(events, "stop-line")).toEqual([]);
    expect(dataOf(events, "red-light")).toEqual([]);
  });

  test("red light and stop line are never both raised for one passage", () => {
    const points: Points = [
      [4, 10, 18],
      [6, 26, 18],
      [7, 30.5, 18],
      [8, 32, 18],
      [12, 32, 18],
      [16, 60, 18],
    ];
    const events = watch(vehicle(points), redFrom(5));
    expect(dataOf(events, "stop-line").length + dataOf(events, "red-light").length).toBe(1);
  });
});

test("a signal's schedule runs by the wall clock when the input gives no state", () => {
  const schedule =
    "{schedule: {cycle_s: 60, offset_s: 0, phases: [{state: green, s: 27}, {state: yellow, s: 3}, {state: red, s: 30}]}}";
  const timed = sceneOf(`${SCENE.replace("{mqtt: controller/1}", schedule)}rules:\n${RED}`);
  const raised = (crossS: number): number =>
    dataOf(play({ scene: timed, actors: [vehicle(through(crossS))], untilS: crossS + 4 }), "red-light")
      .length;
  expect([raised(20), raised(29), raised(40)]).toEqual([0, 0, 1]);
});

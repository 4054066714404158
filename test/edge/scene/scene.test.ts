// Scenes: every fault is found with its line before the scene runs; what is built is where it was drawn.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigError, type Fault } from "../../../config/fault.ts";
import { loadCamera } from "../../../config/load.ts";
import { groundAt, groundBelow, solveGround } from "../../../edge/scene/ground.ts";
import { buildScene, defaultScene, sceneFits } from "../../../edge/scene/scene.ts";

const folder = mkdtempSync(join(tmpdir(), "ngatu-scene-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HEAD = "camera: c\nsource: a.mp4\npicture: {width: 1280, height: 720}\n";

function build(rest: string): ReturnType<typeof buildScene> {
  const file = join(folder, "camera.yaml");
  writeFileSync(file, HEAD + rest);
  return buildScene(loadCamera(file));
}

function faultsOf(rest: string): readonly Fault[] {
  try {
    build(rest);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

const SQUARE = "[[0, 0], [100, 0], [100, 100], [0, 100]]";

const CORNERS = [
  [0, 0],
  [400, 0],
  [400, 400],
  [0, 400],
];
const METRES = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
];

/** Line 6 is the first pair's. */
function groundOf(picture: readonly (readonly number[])[], metres: readonly (readonly number[])[]): string {
  const pairs = picture.map(
    (point, index) =>
      `    - {picture: [${point.join(", ")}], metres: [${metres[index]?.join(", ") ?? ""}]}\n`,
  );
  return `ground:\n  points:\n${pairs.join("")}`;
}

function metric(rule: string): string {
  const lane = `lanes:\n  - {name: a, polygon: ${SQUARE}, towards: [500, 50], speed_limit_kmh: 50}\n`;
  return `${lane}rules:\n  - {rule: ${rule}, lane: a}\n`;
}

describe("a scene is refused for", () => {
  test.each([
    [
      "a polygon that crosses itself",
      "zones:\n  - {name: a, kind: crowd, polygon: [[0, 0], [99, 99], [99, 0], [0, 99]]}\n",
      "zones.0.polygon",
      5,
    ],
    [
      "three points in a line",
      "zones:\n  - {name: a, kind: crowd, polygon: [[0, 0], [50, 50], [99, 99]]}\n",
      "zones.0.polygon",
      5,
    ],
    [
      "a corner outside the picture",
      "zones:\n  - {name: a, kind: crowd, polygon: [[0, 0], [1281, 0], [9, 9]]}\n",
      "zones.0.polygon.1",
      5,
    ],
    [
      "a line end outside the picture",
      "lines:\n  - {name: a, kind: count, from: [-1, 0], to: [9, 9], towards: [0, 9]}\n",
      "lines.0.from",
      5,
    ],
    [
      "a line without length",
      "lines:\n  - {name: a, kind: count, from: [9, 9], to: [9, 9], towards: [0, 9]}\n",
      "lines.0.to",
      5,
    ],
    [
      "a far side on the line",
      "lines:\n  - {name: a, kind: count, from: [0, 0], to: [9, 9], towards: [99, 99]}\n",
      "lines.0.towards",
      5,
    ],
    [
      "a lane that leads nowhere",
      `lanes:\n  - {name: a, polygon: ${SQUARE}, towards: [50, 50]}\n`,
      "lanes.0.towards",
      5,
    ],
    [
      "a lamp outside the picture",
      "signals:\n  - {name: a, from: {lamps: {red: [1270, 10, 20, 20]}}}\n",
      "signals.0.from.lamps.red",
      5,
    ],
    [
      "two zones of one name",
      `zones:\n  - {name: a, kind: crowd, polygon: ${SQUARE}}\n  - {name: a, kind: crowd, polygon: ${SQUARE}}\n`,
      "zones.1.name",
      6,
    ],
    ["a rule that names a missing zone", "rules:\n  - {rule: sidewalk, zone: nowhere}\n", "rules.0.zone", 5],
    [
      "a rule on a zone of another kind",
      `zones:\n  - {name: a, kind: crowd, polygon: ${SQUARE}}\nrules:\n  - {rule: sidewalk, zone: a}\n`,
      "rules.0.zone",
      7,
    ],
    [
      "a capacity that nobody gave",
      `zones:\n  - {name: a, kind: crowd, polygon: ${SQUARE}}\nrules:\n  - {rule: crowd-over, zone: a}\n`,
      "rules.0.zone",
      7,
    ],
    [
      "ground points in a line",
      `ground:\n  points:\n${[0, 1, 2, 3].map((i) => `    - {picture: [${i * 10}, ${i * 10}], metres: [${i}, 0]}\n`).join("")}`,
      "ground.points",
      5,
    ],
    [
      "a camera at rest whose lamps must be read",
      "analyse: on-change\nsignals:\n  - {name: s, from: {lamps: {red: [10, 10, 9, 9]}}}\n",
      "analyse",
      4,
    ],
    [
      "ground points twice the same",
      groundOf(
        [
          [0, 0],
          [100, 0],
          [100, 0],
          [0, 100],
        ],
        METRES,
      ),
      "ground.points",
      5,
    ],
    [
      "metres in a line",
      groundOf(CORNERS, [
        [0, 0],
        [1, 0],
        [2, 0],
        [3, 0],
      ]),
      "ground.points",
      5,
    ],
    [
      "metres in another order than their points",
      groundOf(CORNERS, [
        [0, 0],
        [10, 10],
        [10, 0],
        [0, 10],
      ]),
      "ground.points",
      5,
    ],
    [
      "a mistyped pair among six",
      groundOf([...CORNERS, [200, 200], [300, 300]], [...METRES, [5, 5], [12, 7.5]]),
      "ground.points.5.metres",
      11,
    ],
    [
      "a ground point outside the picture",
      groundOf(
        [
          [0, 0],
          [400, 0],
          [400, 721],
          [0, 400],
        ],
        METRES,
      ),
      "ground.points.2.picture",
      8,
    ],
    [
      "a corner of a lane outside the picture",
      "lanes:\n  - {name: a, polygon: [[0, 0], [100, 0], [100, -3]], towards: [50, 50]}\n",
      "lanes.0.polygon.2",
      5,
    ],
    [
      "a lane that crosses itself",
      "lanes:\n  - {name: a, polygon: [[0, 0], [99, 99], [99, 0], [0, 99]], towards: [500, 50]}\n",
      "lanes.0.polygon",
      5,
    ],
    [
      "a lamp that starts outside the picture",
      "signals:\n  - {name: a, from: {lamps: {red: [5, 5, 9, 9], green: [-5, 10, 20, 20]}}}\n",
      "signals.0.from.lamps.green",
      5,
    ],
    ["a speed rule without ground", metric("speed"), "rules.0.lane", 7],
    ["a flow rule without ground", metric("flow"), "rules.0.lane", 7],
    ["a queue rule without ground", metric("queue"), "rules.0.lane", 7],
    [
      "a density rule without ground",
      `zones:\n  - {name: a, kind: crowd, polygon: ${SQUARE}}\nrules:\n  - {rule: crowd-density, zone: a, level: E}\n`,
      "rules.0.zone",
      7,
    ],
    [
      "a rule that names a missing line",
      "rules:\n  - {rule: line-count, line: nowhere}\n",
      "rules.0.line",
      5,
    ],
    ["a rule that names a missing lane", "rules:\n  - {rule: wrong-way, lane: nowhere}\n", "rules.0.lane", 5],
    [
      "a rule that names a missing signal",
      "lines:\n  - {name: a, kind: stop, from: [0, 0], to: [9, 9], towards: [0, 9]}\nrules:\n  - {rule: stop-line, line: a, signal: nowhere}\n",
      "rules.0.signal",
      7,
    ],
  ])("%s", (_what, rest, key, line) => {
    expect(faultsOf(rest).map((fault) => [fault.key, fault.line])).toContainEqual([key, line]);
  });

  test("all its faults at once", () => {
    const rest =
      "lines:\n  - {name: a, kind: count, from: [-1, 0], to: [9, 9], towards: [0, 9]}\n" +
      "zones:\n  - {name: z, kind: crowd, polygon: [[0, 0], [50, 50], [99, 99]]}\n" +
      "rules:\n  - {rule: line-count, line: b}\n";
    expect(faultsOf(rest).map((fault) => fault.line)).toEqual([5, 7, 9]);
  });

  test("`towards` may lie outside the picture", () => {
    expect(
      faultsOf("lines:\n  - {name: a, kind: count, from: [0, 0], to: [9, 9], towards: [-500, 900]}\n"),
    ).toEqual([]);
  });
});

test("equal scenes have equal hashes whatever the order of their keys; a moved corner changes it", () => {
  const one = build(`zones:\n  - {name: a, kind: crowd, polygon: ${SQUARE}}\n`);
  const same = build(`zones:\n  - {polygon: ${SQUARE}, kind: crowd, name: a}\n`);
  const other = build(`zones:\n  - {name: a, kind: crowd, polygon: ${SQUARE.replace("100, 0", "101, 0")}}\n`);
  expect(same.hash).toBe(one.hash);
  expect(other.hash).not.toBe(one.hash);
});

test("without a camera file the whole picture is a crowd zone with a middle line each way", () => {
  const scene = defaultScene({ width: 640, height: 480 });
  expect([...scene.zones.keys()]).toEqual(["picture"]);
  expect([...scene.lines.keys()]).toEqual(["middle-x", "middle-y"]);
  expect(scene.rules.map((rule) => rule.rule)).toEqual(["line-count", "line-count"]);
});

test("a picture of the same shape fits whatever its size; another shape does not", () => {
  const scene = defaultScene({ width: 1280, height: 720 });
  expect(sceneFits(scene, { width: 1920, height: 1080 })).toBe(true);
  expect(sceneFits(scene, { width: 640, height: 480 })).toBe(false);
});

describe("the ground plane", () => {
  // A camera 6 m up, 10 m in front of the origin, looking along +y and 20° down; focal length 900 px.
  const camera = { x: 3, y: -10, z: 6 };
  const tilt = (20 * Math.PI) / 180;
  const project = (x: number, y: number, z = 0): { x: number; y: number } => {
    const dx = x - camera.x;
    const dy = y - camera.y;
    const dz = z - camera.z;
    const depth = dy * Math.cos(tilt) - dz * Math.sin(tilt);
    const down = -dy * Math.sin(tilt) - dz * Math.cos(tilt);
    return { x: 640 + (900 * dx) / depth, y: 360 + (900 * down) / depth };
  };
  const pairs = [
    [-3, 5],
    [8, 6],
    [9, 40],
    [-4, 35],
  ].map(([x = 0, y = 0]) => ({ from: project(x, y), to: { x, y } }));
  const ground = solveGround(pairs, { width: 1280, height: 720 });

  test("gives the camera's foot and height back", () => {
    expect(ground?.camera?.foot.x).toBeCloseTo(camera.x, 4);
    expect(ground?.camera?.foot.y).toBeCloseTo(camera.y, 4);
    expect(ground?.camera?.heightM).toBeCloseTo(camera.z, 4);
  });

  test("puts a head over the place where its body stands", () => {
    const head = project(4, 20, 1.55);
    const below = ground === undefined ? undefined : groundBelow(ground, head, 1.55);
    expect(below?.x).toBeCloseTo(4, 4);
    expect(below?.y).toBeCloseTo(20, 4);
  });

  test("ends at the horizon", () => {
    if (ground === undefined) throw new Error("not solved");
    expect(groundAt(ground, { x: 640, y: 360 - 900 * Math.tan(tilt) - 5 })).toBeUndefined();
  });
});

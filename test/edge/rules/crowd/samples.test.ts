// What a crowd sample says besides the count: level, crowding, movement, stays and the cells of the heat map.
import { describe, expect, test } from "vitest";
import { heatOf } from "../../../../edge/rules/crowd/heat.ts";
import { crowdingOf, levelOf, nextLevel } from "../../../../edge/rules/crowd/level.ts";
import { movementOf, NO_STAYS, stepStays } from "../../../../edge/rules/crowd/stay.ts";
import type { RoadUser } from "../../../../edge/rules/road-user.ts";
import { solveGround } from "../../../../edge/scene/ground.ts";
import { defaultScene, type Scene, type SceneZone } from "../../../../edge/scene/scene.ts";

const picture = { width: 1000, height: 1000 };
/** Ten pixels a metre, seen from straight above. */
const ground = solveGround(
  [
    [0, 0],
    [1000, 0],
    [1000, 1000],
    [0, 1000],
  ].map(([x = 0, y = 0]) => ({ from: { x, y }, to: { x: x / 10, y: y / 10 } })),
  picture,
);
const scene: Scene = { ...defaultScene(picture), ...(ground === undefined ? {} : { ground }) };
const zoneOf = (side: number): SceneZone => ({
  name: "plaza",
  kind: "crowd",
  polygon: [
    { x: 0, y: 0 },
    { x: side * 10, y: 0 },
    { x: side * 10, y: side * 10 },
    { x: 0, y: side * 10 },
  ],
  areaM2: side * side,
});

function person(id: number, x: number, y: number, more: Partial<RoadUser> = {}): RoadUser {
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
    foot: { x: x * 10, y: y * 10 },
    place: { x, y },
    metric: true,
    located: true,
    renewed: false,
    people: 0,
    ...more,
  };
}

describe("levels of density", () => {
  test.each([
    [0, "A", "low"],
    [0.43, "B", "low"],
    [1, "C", "medium"],
    [2, "D", "high"],
    [3.5, "E", "very-high"],
    [5, "F", "dangerous"],
    [9, "F", "dangerous"],
  ] as const)("%s persons/m² are level %s, shown as %s", (density, level, crowding) => {
    expect(levelOf(density)).toBe(level);
    expect(crowdingOf(level)).toBe(crowding);
  });

  test("a level is reached at once and left only when it is clearly over", () => {
    expect(nextLevel("B", 1)).toBe("C");
    expect(nextLevel("C", 0.95)).toBe("C");
    expect(nextLevel("C", 0.89)).toBe("B");
    expect(nextLevel("F", 0.1)).toBe("A");
    expect(nextLevel(undefined, 0.95)).toBe("B");
  });
});

describe("heat cells", () => {
  const decode = (text: string): number[] => [...Buffer.from(text, "base64")];

  test("hold as many people as stand in the zone", () => {
    const people = [person(1, 2.5, 3.5), person(2, 7, 7), person(3, 0.1, 9.9)];
    const cells = heatOf(zoneOf(10), people, scene);
    expect(cells).toMatchObject({ cell_m: 1, columns: 10, rows: 10, origin: [0, 0] });
    const sum = decode(cells?.density ?? "").reduce((a, b) => a + b, 0) * (cells?.step ?? 0);
    // Rounding of a hundred cells to a twentieth.
    expect(Math.abs(sum - 3)).toBeLessThan(0.6);
  });

  test("are warmest where people stand, whoever is at the edge counts whole", () => {
    const cells = heatOf(
      zoneOf(10),
      Array.from({ length: 20 }, (_, id) => person(id, 7.5, 2.5)),
      scene,
    );
    const bytes = decode(cells?.density ?? "");
    expect(bytes.indexOf(Math.max(...bytes))).toBe(2 * 10 + 7);
  });

  test("stay few on a large square, and never overflow a byte", () => {
    const cells = heatOf(
      zoneOf(100),
      Array.from({ length: 1000 }, (_, id) => person(id, 50.1, 50.1)),
      scene,
    );
    expect((cells?.columns ?? 0) * (cells?.rows ?? 0)).toBeLessThanOrEqual(1024);
    expect(Math.max(...decode(cells?.density ?? ""))).toBeLessThanOrEqual(255);
  });

  test("there are none without a ground plane", () => {
    const { name, kind, polygon } = zoneOf(10);
    expect(heatOf({ name, kind, polygon }, [], defaultScene(picture))).toBeUndefined();
  });
});

describe("movement and stays", () => {
  test("speed is of those who walk, waiting of those who stand", () => {
    const people = [
      person(1, 1, 1, { speedMs: 1.2 }),
      person(2, 2, 2, { speedMs: 0.8 }),
      person(3, 3, 3, { speedMs: 0.05, standingSinceMs: 4000 }),
      person(4, 4, 4),
    ];
    expect(movementOf(people, 10_000)).toEqual({ speed_ms: 1, standing: 1, standing_s: 6 });
    expect(movementOf([], 0)).toEqual({ standing: 0 });
  });

  test("a stay lasts from the first second in the zone to the last", () => {
    const entered = stepStays(NO_STAYS, [person(1, 1, 1)], 1000);
    const joined = stepStays(entered, [person(1, 1, 1), person(2, 2, 2)], 5000);
    expect(stepStays(joined, [person(2, 2, 2)], 9000)).toEqual({
      ids: [2],
      sinceMs: [5000],
      ended: 1,
      endedS: 8,
    });
  });
});

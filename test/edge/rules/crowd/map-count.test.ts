// People counted by a map of their density: sums by zone, where they stand, and how long a map holds.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { PeopleMap } from "../../../../edge/geometry/people-map.ts";
import { MapCount } from "../../../../edge/rules/crowd/map-count.ts";
import { personsIn } from "../../../../edge/rules/crowd/people.ts";
import type { RuleFrame } from "../../../../edge/rules/rule.ts";
import { sceneOf } from "../street.ts";

const [COLUMNS, ROWS] = [16, 9];

/** Over the whole picture of 1280×720: cells of 80 pixels, 4 m on the ground. */
function mapOf(cells: ArrayLike<number>): PeopleMap {
  const size = { left: 0, top: 0, cellWidth: 80, cellHeight: 80 };
  return { cells: Float32Array.from(cells), columns: COLUMNS, rows: ROWS, ...size };
}
const empty = (): number[] => new Array<number>(COLUMNS * ROWS).fill(0);

const zone = (name: string, fromX: number, toX: number): string =>
  `  - {name: ${name}, kind: crowd, polygon: [[${fromX}, 0], [${toX}, 0], [${toX}, 720], [${fromX}, 720]]}\n`;
const halves = (edge: number, ground?: string) =>
  sceneOf(`zones:\n${zone("left", 0, edge)}${zone("right", edge, 1280)}`, ground);

const cells = fc.array(fc.float({ min: Math.fround(-0.2), max: 4, noNaN: true }), {
  minLength: COLUMNS * ROWS,
  maxLength: COLUMNS * ROWS,
});

describe("people counted by a map of their density", () => {
  test.prop([cells, fc.integer({ min: 3, max: 13 })], { numRuns: 20 })(
    "are those of the cells in the zone: two zones that part the picture between cells have all of them",
    (values, column) => {
      const zones = new MapCount(halves(column * 80)).see(0, mapOf(values));
      const all = values.reduce((sum, value) => sum + value, 0);
      const left = values.filter((_, index) => index % COLUMNS < column);
      expect(zones?.get("left")?.people).toBeCloseTo(
        left.reduce((sum, value) => sum + value, 0),
        3,
      );
      expect((zones?.get("left")?.people ?? 0) + (zones?.get("right")?.people ?? 0)).toBeCloseTo(all, 3);
    },
  );

  it("stand in a zone by the share of a cell that it holds", () => {
    const values = empty();
    values[4 * COLUMNS + 5] = 6;
    const zones = new MapCount(halves(5 * 80 + 80 / 3)).see(0, mapOf(values));
    expect(zones?.get("left")?.people).toBeCloseTo(2, 5);
    expect(zones?.get("right")?.people).toBeCloseTo(4, 5);
  });

  it("have a place on the ground, where it is known", () => {
    const values = empty();
    values[4 * COLUMNS + 2] = 3;
    const onGround = new MapCount(halves(640)).see(0, mapOf(values));
    const [spot, ...more] = onGround?.get("left")?.spots ?? [];
    expect(more).toEqual([]);
    expect(spot).toMatchObject({ metric: true, weight: 3 });
    expect(spot?.place.x).toBeCloseTo(10, 5);
    expect(spot?.place.y).toBeCloseTo(18, 5);
    const without = new MapCount(halves(640, "")).see(0, mapOf(values));
    expect(without?.get("left")?.spots).toMatchObject([{ metric: false, weight: 3 }]);
  });

  it("stand in the zone in which their bodies do, not in the one that their heads are seen over", () => {
    // A pinhole camera six metres up, looking 25° down along the street.
    const [focal, heightM, pitch] = [1000, 6, (25 * Math.PI) / 180];
    const seen = (x: number, y: number, z = 0): [number, number] => {
      const depth = y * Math.cos(pitch) + (heightM - z) * Math.sin(pitch);
      const down = (heightM - z) * Math.cos(pitch) - y * Math.sin(pitch);
      return [640 + (focal * x) / depth, 360 + (focal * down) / depth];
    };
    const corners = [
      [-3, 8],
      [3, 8],
      [3, 24],
      [-3, 24],
    ] as const;
    const points = corners.map(([x, y]) => `    - {picture: [${seen(x, y).join()}], metres: [${x}, ${y}]}\n`);
    const [, foot] = seen(0, 12);
    const [, head] = seen(0, 12, 1.55);
    const edge = Math.round((foot + head) / 2);
    const polygon = (from: number, to: number): string =>
      `polygon: [[0, ${from}], [1280, ${from}], [1280, ${to}], [0, ${to}]]`;
    const scene = sceneOf(
      `zones:\n  - {name: far, kind: crowd, ${polygon(0, edge)}}\n` +
        `  - {name: near, kind: crowd, ${polygon(edge, 720)}}\n`,
      `ground:\n  points:\n${points.join("")}`,
    );
    const cell = { columns: 1, rows: 1, cellWidth: 4, cellHeight: 4 };
    const map = { cells: Float32Array.of(5), left: 638, top: head - 2, ...cell };
    const zones = new MapCount(scene).see(0, map);
    expect(zones?.get("near")?.people).toBeCloseTo(5, 5);
    expect(zones?.get("near")?.spots[0]?.place.y).toBeCloseTo(12, 0);
    expect(zones?.get("far")?.people).toBe(0);
  });

  it("hold for the frames after it, and no longer than three seconds", () => {
    const count = new MapCount(halves(640));
    expect(count.see(0, undefined)).toBeUndefined();
    const first = count.see(1_000, mapOf(empty().fill(1)));
    expect(count.see(4_000, undefined)).toBe(first);
    expect(count.see(4_200, undefined)).toBeUndefined();
  });

  it("are nobody where the noise of an empty square sums to less", () => {
    const scene = halves(640);
    const counted = new MapCount(scene).see(0, mapOf(empty().fill(-0.05)));
    const left = scene.zones.get("left");
    if (left === undefined) throw new Error("no zone");
    expect(personsIn(left, { counted } as RuleFrame)).toBe(0);
  });
});

// Where in a zone people stand: persons per square metre of ground, cell by cell, as bytes.
import type { Point } from "../../geometry/box.ts";
import { groundAt } from "../../scene/ground.ts";
import type { Scene, SceneZone } from "../../scene/scene.ts";

/** A grid on the ground plane, row by row from the smallest x and y. */
export interface HeatCells {
  /** Corner of the first cell, metres. */
  readonly origin: readonly [number, number];
  readonly cell_m: number;
  readonly columns: number;
  readonly rows: number;
  /** Persons per square metre of one count of a byte. */
  readonly step: number;
  /** One byte a cell, base64; 255 stands for everything above. */
  readonly density: string;
}

/** Cells are doubled in size until a zone has no more than these: a sample stays small. */
const MOST_CELLS = 1024;
/** Standard deviation of the kernel: a person's place is known and matters to about this, metres. */
const KERNEL_M = 0.8;
/** Densities up to 12.75 persons/m² in steps of a twentieth. */
const STEP = 0.05;

/** Somebody who stands there, or as many as `weight` says. Only what is metric has a place. */
export interface Warmth {
  readonly place: Point;
  readonly metric: boolean;
  readonly weight?: number;
}

/** Undefined where the zone's ground is not known. */
export function heatOf(zone: SceneZone, people: readonly Warmth[], scene: Scene): HeatCells | undefined {
  const bounds = groundBounds(zone, scene);
  if (bounds === undefined) return undefined;
  const { from, to } = bounds;
  let cellM = 1;
  const cellsAlong = (length: number): number => Math.max(1, Math.ceil(length / cellM - 1e-9));
  while (cellsAlong(to.x - from.x) * cellsAlong(to.y - from.y) > MOST_CELLS) cellM *= 2;
  const columns = cellsAlong(to.x - from.x);
  const rows = cellsAlong(to.y - from.y);
  const density = new Float32Array(columns * rows);
  const deviation = Math.max(KERNEL_M, cellM / 2);
  for (const { place, metric, weight = 1 } of people) {
    if (metric)
      spread(
        density,
        columns,
        rows,
        (place.x - from.x) / cellM,
        (place.y - from.y) / cellM,
        deviation / cellM,
        weight,
      );
  }
  const bytes = Buffer.alloc(density.length);
  const scale = 1 / (STEP * cellM * cellM);
  for (const [index, persons] of density.entries())
    bytes[index] = Math.max(0, Math.min(255, Math.round(persons * scale)));
  return {
    origin: [from.x, from.y],
    cell_m: cellM,
    columns,
    rows,
    step: STEP,
    density: bytes.toString("base64"),
  };
}

/** Adds so many people at (x, y), in cells: a Gaussian cut at three deviations, whose parts inside the grid sum to them. */
function spread(
  density: Float32Array,
  columns: number,
  rows: number,
  x: number,
  y: number,
  deviation: number,
  people: number,
): void {
  const reach = 3 * deviation;
  const left = Math.max(0, Math.floor(x - reach));
  const right = Math.min(columns - 1, Math.floor(x + reach));
  const top = Math.max(0, Math.floor(y - reach));
  const bottom = Math.min(rows - 1, Math.floor(y + reach));
  const weight = (column: number, row: number): number =>
    Math.exp(-((column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2) / (2 * deviation * deviation));
  let sum = 0;
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++) sum += weight(column, row);
  if (sum === 0) return;
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const at = row * columns + column;
      density[at] = (density[at] ?? 0) + (people * weight(column, row)) / sum;
    }
  }
}

/** The upright rectangle round a zone on the ground plane. */
function groundBounds(
  zone: SceneZone,
  { ground }: Scene,
): { readonly from: Point; readonly to: Point } | undefined {
  if (ground === undefined || zone.areaM2 === undefined) return undefined;
  let from = { x: Number.POSITIVE_INFINITY, y: Number.POSITIVE_INFINITY };
  let to = { x: Number.NEGATIVE_INFINITY, y: Number.NEGATIVE_INFINITY };
  for (const corner of zone.polygon) {
    const at = groundAt(ground, corner);
    if (at === undefined) return undefined;
    from = { x: Math.min(from.x, at.x), y: Math.min(from.y, at.y) };
    to = { x: Math.max(to.x, at.x), y: Math.max(to.y, at.y) };
  }
  return { from, to };
}

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

/** Filled anew by each call; kept, so that a sample allocates little more than its text. */
const scratch = new Float32Array(MOST_CELLS);
const bytes = Buffer.alloc(MOST_CELLS);

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
  const cells = columns * rows;
  const density = scratch.fill(0, 0, cells);
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
  const scale = 1 / (STEP * cellM * cellM);
  for (let cell = 0; cell < cells; cell++) {
    bytes[cell] = Math.max(0, Math.min(255, Math.round((density[cell] as number) * scale)));
  }
  return {
    origin: [from.x, from.y],
    cell_m: cellM,
    columns,
    rows,
    step: STEP,
    density: bytes.toString("base64", 0, cells),
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
  // The kernel is a product of one of the columns and one of the rows.
  const across = fillKernel(columnWeights, left, right, x, deviation);
  const down = fillKernel(rowWeights, top, bottom, y, deviation);
  const sum = across * down;
  if (sum === 0) return;
  for (let row = top; row <= bottom; row++) {
    const share = (people * (rowWeights[row] as number)) / sum;
    for (let column = left; column <= right; column++) {
      const at = row * columns + column;
      density[at] = (density[at] as number) + (columnWeights[column] as number) * share;
    }
  }
}

const columnWeights = new Float64Array(MOST_CELLS);
const rowWeights = new Float64Array(MOST_CELLS);

/** Weights of the cells `from` to `to` about a middle; gives their sum. */
function fillKernel(
  weights: Float64Array,
  from: number,
  to: number,
  middle: number,
  deviation: number,
): number {
  let sum = 0;
  for (let cell = from; cell <= to; cell++) {
    const weight = Math.exp(-((cell + 0.5 - middle) ** 2) / (2 * deviation * deviation));
    weights[cell] = weight;
    sum += weight;
  }
  return sum;
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

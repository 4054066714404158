// What one sample of a picture shows: its light, its detail, and where its edges run.
import { SAMPLE, type Sample } from "./sample.ts";

const { width, height } = SAMPLE;
export const POINTS = width * height;
/** Cells of 12 × 12 points: 16 × 9 of them. */
const CELL = 12;
const COLUMNS = width / CELL;
export const CELLS = COLUMNS * (height / CELL);
/** Points of the coarse picture against which fine detail is weighed are 4 × 4 points of the sample. */
const BLOCK = 4;
/** Grey levels at which an edge counts half: below lies what compression and noise leave on a plain wall. */
const EDGE_SOFTNESS = 8;
/** Grey levels from which a point says nothing any more: overexposed. */
const WHITE = 250;
/** The scale of an edge's components: 127 is an edge of endless contrast. */
const EDGE_SCALE = 127;

export interface Features {
  /** Grey level that 95 of 100 points stay below. */
  readonly light: number;
  /** Share of overexposed points, 0–1. */
  readonly white: number;
  /** Mean bend of the grey level from neighbour to neighbour: the first that a blur takes. */
  readonly fine: number;
  /** Mean grey difference between blocks of 4 × 4 points: what a blurred picture keeps. */
  readonly coarse: number;
  /** Mean difference between neighbours in each cell. */
  readonly cellDetail: Float32Array;
  /** Mean grey level of each cell. */
  readonly cellLight: Float32Array;
  /** Direction of the edge at each point, damped where there is hardly one: x and y components, ±127. */
  readonly edgeX: Int8Array;
  readonly edgeY: Int8Array;
}

/** Features of one sample. A loop over 20,000 points, about once a second: some tenths of a millisecond. */
export function featuresOf(sample: Sample): Features {
  if (sample.length !== POINTS) throw new RangeError(`a sample has ${POINTS} points, not ${sample.length}`);
  const edgeX = new Int8Array(POINTS);
  const edgeY = new Int8Array(POINTS);
  const cellDetail = new Float32Array(CELLS);
  const cellLight = new Float32Array(CELLS);
  const histogram = new Uint32Array(256);
  let fine = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const here = sample[at] as number;
      const cell = Math.floor(y / CELL) * COLUMNS + Math.floor(x / CELL);
      histogram[here] = (histogram[here] as number) + 1;
      cellLight[cell] = (cellLight[cell] as number) + here;
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) continue;
      const right = sample[at + 1] as number;
      const below = sample[at + width] as number;
      const detail = Math.abs(right - here) + Math.abs(below - here);
      cellDetail[cell] = (cellDetail[cell] as number) + detail;
      const left = sample[at - 1] as number;
      const above = sample[at - width] as number;
      fine += Math.abs(2 * here - left - right) + Math.abs(2 * here - above - below);
      const dx = right - left;
      const dy = below - above;
      const scale = EDGE_SCALE / (Math.hypot(dx, dy) + EDGE_SOFTNESS);
      edgeX[at] = Math.round(dx * scale);
      edgeY[at] = Math.round(dy * scale);
    }
  }
  const perCell = CELL * CELL;
  return {
    light: levelBelow(histogram, 0.95),
    white: countFrom(histogram, WHITE) / POINTS,
    fine: fine / POINTS,
    coarse: coarseDetail(sample),
    cellDetail: cellDetail.map((sum) => sum / perCell),
    cellLight: cellLight.map((sum) => sum / perCell),
    edgeX,
    edgeY,
  };
}

function levelBelow(histogram: Uint32Array, share: number): number {
  let seen = 0;
  for (let level = 0; level < 256; level++) {
    seen += histogram[level] as number;
    if (seen >= share * POINTS) return level;
  }
  return 255;
}

function countFrom(histogram: Uint32Array, level: number): number {
  return histogram.subarray(level).reduce((sum, count) => sum + count, 0);
}

function coarseDetail(sample: Sample): number {
  const columns = width / BLOCK;
  const rows = height / BLOCK;
  const blocks = new Float32Array(columns * rows);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const block = Math.floor(y / BLOCK) * columns + Math.floor(x / BLOCK);
      blocks[block] = (blocks[block] as number) + (sample[y * width + x] as number) / (BLOCK * BLOCK);
    }
  }
  let sum = 0;
  for (let y = 0; y < rows - 1; y++) {
    for (let x = 0; x < columns - 1; x++) {
      const here = blocks[y * columns + x] as number;
      sum += Math.abs((blocks[y * columns + x + 1] as number) - here);
      sum += Math.abs((blocks[(y + 1) * columns + x] as number) - here);
    }
  }
  return sum / ((columns - 1) * (rows - 1));
}

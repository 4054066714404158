// One frame's detections as columns of numbers: association asks about every pair, so it reads nothing dearer.
import type { Detection } from "../detect/detection.ts";
import { type Group, groupOf } from "./group.ts";
import { mountedConfidence } from "./mounted.ts";
import { MAX_DETECTIONS } from "./prepare.ts";

/** Filled anew for each frame, in the order of its detections; the memory is kept. */
export interface DetectionColumns {
  count: number;
  readonly x1: Float64Array;
  readonly y1: Float64Array;
  readonly x2: Float64Array;
  readonly y2: Float64Array;
  /** Between the left and the right edge. */
  readonly middle: Float64Array;
  /** Of two-wheelers that somebody sits on, that of either being right. */
  readonly confidence: Float64Array;
  readonly group: (Group | undefined)[];
  /** 1 until a track has taken the detection. */
  readonly free: Uint8Array;
  /** The columns from left to right by their middles. */
  readonly order: Int32Array;
}

/** Sorting keys: the middle in sixteenths of a pixel, then the column, in one number; sorts without a comparison function. */
const keys = new Float64Array(MAX_DETECTIONS);
const STEPS_PER_PX = 16;

export function createColumns(): DetectionColumns {
  const numbers = (): Float64Array => new Float64Array(MAX_DETECTIONS);
  return {
    count: 0,
    x1: numbers(),
    y1: numbers(),
    x2: numbers(),
    y2: numbers(),
    middle: numbers(),
    confidence: numbers(),
    group: [],
    free: new Uint8Array(MAX_DETECTIONS),
    order: new Int32Array(MAX_DETECTIONS),
  };
}

/** At most {@link MAX_DETECTIONS}, as the preparation leaves them. */
export function fillColumns(columns: DetectionColumns, detections: readonly Detection[]): void {
  const { x1, y1, x2, y2, middle, confidence, group, free, order } = columns;
  columns.count = detections.length;
  mountedConfidence(detections, confidence);
  for (let i = 0; i < detections.length; i++) {
    const detection = detections[i] as Detection;
    x1[i] = detection.box.x1;
    y1[i] = detection.box.y1;
    x2[i] = detection.box.x2;
    y2[i] = detection.box.y2;
    middle[i] = (detection.box.x1 + detection.box.x2) / 2;
    group[i] = groupOf(detection.class);
    free[i] = 1;
    keys[i] = Math.round((middle[i] as number) * STEPS_PER_PX) * MAX_DETECTIONS + i;
  }
  const sorted = keys.subarray(0, columns.count).sort();
  for (let i = 0; i < columns.count; i++) {
    const key = sorted[i] as number;
    order[i] = key - Math.floor(key / MAX_DETECTIONS) * MAX_DETECTIONS;
  }
}

/** Moves all of them alike, which keeps their order. */
export function moveColumns(columns: DetectionColumns, x: number, y: number): void {
  if (x === 0 && y === 0) return;
  const { x1, y1, x2, y2, middle, count } = columns;
  for (let i = 0; i < count; i++) {
    x1[i] = (x1[i] as number) + x;
    x2[i] = (x2[i] as number) + x;
    middle[i] = (middle[i] as number) + x;
    y1[i] = (y1[i] as number) + y;
    y2[i] = (y2[i] as number) + y;
  }
}

/**
 * Intersection over union of a box (x1, y1, x2, y2) with the detection of one column. The box comes in an array:
 * numbers that are handed to a function one by one may cost memory.
 */
export function overlapWith(columns: DetectionColumns, at: number, box: Float64Array): number {
  const x1 = box[0] as number;
  const y1 = box[1] as number;
  const x2 = box[2] as number;
  const y2 = box[3] as number;
  const left = columns.x1[at] as number;
  const right = columns.x2[at] as number;
  const width = Math.min(x2, right) - Math.max(x1, left);
  if (width <= 0) return 0;
  const top = columns.y1[at] as number;
  const bottom = columns.y2[at] as number;
  const height = Math.min(y2, bottom) - Math.max(y1, top);
  if (height <= 0) return 0;
  const common = width * height;
  return common / ((x2 - x1) * (y2 - y1) + (right - left) * (bottom - top) - common);
}

const otherBox = new Float64Array(4);

/** The same of two columns. */
export function overlapOf(columns: DetectionColumns, one: number, other: number): number {
  otherBox[0] = columns.x1[other] as number;
  otherBox[1] = columns.y1[other] as number;
  otherBox[2] = columns.x2[other] as number;
  otherBox[3] = columns.y2[other] as number;
  return overlapWith(columns, one, otherBox);
}

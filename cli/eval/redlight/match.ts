// Which alarms are which labelled passages, and which are false.
import { iou } from "../../../edge/geometry/box.ts";
import type { TruthClip, TruthPassage } from "./truth.ts";

/** A red-light or stop-line case, where and when the line was crossed. */
export interface Alarm {
  readonly rule: string;
  readonly frame: number;
  readonly box: readonly [number, number, number, number];
}

export interface ClipScore {
  readonly found: readonly string[];
  readonly missed: readonly string[];
  readonly optional: readonly string[];
  readonly decoys: readonly string[];
  readonly falseAlarms: readonly Alarm[];
}

/** An alarm is a label's when it lies in its frame ± tolerance and the boxes overlap so far. */
const LEAST_IOU = 0.3;
/** Labels without a tolerance of their own, frames. */
const TOLERANCE = 3;

/** Each label takes one alarm; what may or may not be reported is neither found nor false; the rest is false. */
export function matchAlarms(truth: TruthClip, alarms: readonly Alarm[]): ClipScore {
  const left = [...alarms];
  const take = (passages: readonly TruthPassage[]): string[] =>
    passages.flatMap((passage) => {
      const index = left.findIndex((alarm) => isPassage(alarm, passage));
      if (index < 0) return [];
      left.splice(index, 1);
      return [passage.id];
    });
  const found = take(truth.violations);
  const optional = take([...(truth.early_starts ?? []), ...(truth.outside_line ?? [])]);
  const decoys = (truth.decoys ?? []).filter(({ box, frame, span }) => {
    const [from, to] = span ?? [frame - TOLERANCE, frame + TOLERANCE];
    return left.some(
      (alarm) => alarm.frame >= (from ?? 0) && alarm.frame <= (to ?? 0) && overlaps(alarm.box, box),
    );
  });
  return {
    found,
    missed: truth.violations.flatMap(({ id }) => (found.includes(id) ? [] : [id])),
    optional,
    decoys: decoys.map(({ id }) => id),
    falseAlarms: left,
  };
}

function isPassage(alarm: Alarm, { frame, tolerance, box }: TruthPassage): boolean {
  return Math.abs(alarm.frame - frame) <= (tolerance ?? TOLERANCE) && overlaps(alarm.box, box);
}

function overlaps(a: readonly number[], b: readonly number[]): boolean {
  return iou(boxOf(a), boxOf(b)) >= LEAST_IOU;
}

function boxOf([x1 = 0, y1 = 0, x2 = 0, y2 = 0]: readonly number[]): {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
} {
  return { x1, y1, x2, y2 };
}

/** The labelled state of the lamp at a frame; undefined outside the timeline. */
export function lampAt(truth: TruthClip, frame: number): string | undefined {
  return truth.lamp.timeline.find(([from, to]) => frame >= from && frame <= to)?.[2];
}

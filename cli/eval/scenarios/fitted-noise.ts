// Noise of a real detector, fitted from recorded detections and their ground truth when the command runs.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { mirrorFolders } from "../../../config/cache-folder.ts";
import type { NoiseModel } from "../../../test/scenario/noise.ts";
import { assign } from "../mot/assignment.ts";
import { similarities } from "../mot/paired.ts";
import type { MotRow } from "../mot/rows.ts";
import { type MotSequence, readSet } from "../mot/sequences.ts";

/** Recorded detections were asked for and are not on this machine. */
export class NoRecordingError extends Error {
  override readonly name = "NoRecordingError";
}

/** A detection on this much of a true box is that box, found; less strict than for scores, since boxes shake. */
const SAME_IOU = 0.3;

/** L2: fitted from the MOT15 recordings of a mirror folder (`data/mot15`), else of `../shared` beside the checkout. */
export function fittedNoise(): NoiseModel {
  const folders = [...mirrorFolders(), resolve("../shared")].map((folder) => join(folder, "data", "mot15"));
  const folder = folders.find((path) => existsSync(path));
  if (folder === undefined) {
    throw new NoRecordingError(
      "noise L2 is fitted from data/mot15 in a folder of NGATU_MIRROR; none is there",
    );
  }
  return fitNoise(readSet(folder).sequences);
}

/**
 * Share of boxes missed, how miss runs last (a two-state chain per identity), false boxes a frame, and the standard
 * deviation of found edges in widths and heights of the true box.
 */
export function fitNoise(sequences: readonly MotSequence[]): NoiseModel {
  const sum = {
    boxes: 0,
    missed: 0,
    afterMiss: 0,
    missedAgain: 0,
    falseBoxes: 0,
    frames: 0,
    found: 0,
    x: 0,
    y: 0,
  };
  for (const { detections, truth, length } of sequences) {
    const missedBefore = new Map<number, boolean>();
    for (let frame = 1; frame <= length; frame++) {
      const real = truth.filter((row) => row.frame === frame);
      const seen = detections.filter((row) => row.frame === frame);
      const scores = similarities(real, seen);
      const columns = assign(scores, real.length, seen.length);
      let hits = 0;
      real.forEach((row, index) => {
        const column = columns[index] ?? -1;
        const hit = column === -1 ? undefined : seen[column];
        const isHit = hit !== undefined && (scores[index * seen.length + column] ?? 0) >= SAME_IOU;
        if (isHit) hits++;
        if (row.confidence === 0) return;
        sum.boxes++;
        if (missedBefore.get(row.id) === true) {
          sum.afterMiss++;
          if (!isHit) sum.missedAgain++;
        }
        missedBefore.set(row.id, !isHit);
        if (!isHit) sum.missed++;
        else {
          sum.found++;
          sum.x += edgeVariance(row.x, row.width, hit.x, hit.width);
          sum.y += edgeVariance(row.y, row.height, hit.y, hit.height);
        }
      });
      sum.falseBoxes += seen.length - hits;
      sum.frames++;
    }
  }
  return {
    level: "L2",
    missed: sum.missed / Math.max(1, sum.boxes),
    missedAgain: sum.missedAgain / Math.max(1, sum.afterMiss),
    jitterX: Math.sqrt(sum.x / Math.max(1, sum.found)),
    jitterY: Math.sqrt(sum.y / Math.max(1, sum.found)),
    falseBoxes: sum.falseBoxes / Math.max(1, sum.frames),
    plateErrors: 0.08,
  };
}

/** Mean square error of the two edges of one axis, in sizes of the true box. */
function edgeVariance(from: MotRow["x"], size: number, foundFrom: number, foundSize: number): number {
  const first = (foundFrom - from) / size;
  const second = (foundFrom + foundSize - from - size) / size;
  return (first ** 2 + second ** 2) / 2;
}

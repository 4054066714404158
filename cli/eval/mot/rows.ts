// Reads MOTChallenge files: one box a line, `frame,id,x,y,w,h,confidence,…`.
import { readFileSync } from "node:fs";

/** One line of det.txt, gt.txt or a tracker's result. Boxes are left, top, width, height in pixels. */
export interface MotRow {
  readonly frame: number;
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Detections: confidence. Ground truth: 0 marks a box that is not to be scored. */
  readonly confidence: number;
  /** Ground truth of MOT16 and later: the class, 1 is a pedestrian. Absent in MOT15. */
  readonly class?: number;
}

/** Rows with nine columns carry a class (MOT16 and later); ten columns are MOT15 with a place in metres. */
const COLUMNS_WITH_CLASS = 9;

/** Reads a MOTChallenge file. Throws with file and line where a row has fewer than seven numbers. */
export function readRows(file: string): MotRow[] {
  const rows: MotRow[] = [];
  readFileSync(file, "utf8")
    .split("\n")
    .forEach((text, index) => {
      if (text.trim() === "") return;
      const fields = text
        .trim()
        .split(/[,\s]+/)
        .map(Number);
      const [frame, id, x, y, width, height, confidence] = fields;
      if (
        frame === undefined ||
        id === undefined ||
        x === undefined ||
        y === undefined ||
        width === undefined ||
        height === undefined ||
        confidence === undefined ||
        fields.slice(0, 7).some((field) => !Number.isFinite(field))
      ) {
        throw new Error(
          `${file}:${index + 1}: a MOTChallenge row has at least seven numbers, seen "${text}"`,
        );
      }
      const row = { frame, id, x, y, width, height, confidence };
      const label = fields.length === COLUMNS_WITH_CLASS ? fields[7] : undefined;
      rows.push(label === undefined ? row : { ...row, class: label });
    });
  return rows;
}

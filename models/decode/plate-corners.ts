// Decodes our plate detector: a heat map of plate centres and the four corners around each.
import { type DecoderInput, finite, outputOf } from "./candidate.ts";
import { iou } from "./iou.ts";

/** A plate in pixels of the network's input; corners run from the text's upper left clockwise. */
export interface PlateCandidate {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** 0 to 1. */
  readonly score: number;
  readonly corners: readonly (readonly [x: number, y: number])[];
}

const STRIDE = 8;
/** Two boxes that share more than this are one plate. */
const SAME_PLATE = 0.3;

/** Output [1, 9, H/8, W/8]: the score, then x and y of four corners in pixels from the cell's centre. Best first. */
export function decodePlateCorners({ outputs, width, height, threshold }: DecoderInput): PlateCandidate[] {
  const [columns, rows] = [width / STRIDE, height / STRIDE];
  const data = outputOf(outputs, 0, [1, 9, rows, columns]);
  const cells = rows * columns;
  const found: PlateCandidate[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const score = finite(data[cell] ?? 0);
    if (score < threshold) continue;
    const x = ((cell % columns) + 0.5) * STRIDE;
    const y = (Math.floor(cell / columns) + 0.5) * STRIDE;
    const at = (channel: number): number => finite(data[channel * cells + cell] ?? 0);
    const corners = [0, 1, 2, 3].map((corner) => [x + at(1 + 2 * corner), y + at(2 + 2 * corner)] as const);
    const xs = corners.map((corner) => corner[0]);
    const ys = corners.map((corner) => corner[1]);
    found.push({
      x1: Math.min(...xs),
      y1: Math.min(...ys),
      x2: Math.max(...xs),
      y2: Math.max(...ys),
      score,
      corners,
    });
  }
  found.sort((a, b) => b.score - a.score);
  const kept: PlateCandidate[] = [];
  for (const plate of found) if (kept.every((other) => iou(plate, other) < SAME_PLATE)) kept.push(plate);
  return kept;
}

// Decodes the layout of YOLOv8 and its successors: one column a cell, no objectness.
import { type Candidate, type DecoderInput, finite, outputOf } from "./candidate.ts";

/** Centre x, centre y, width, height. */
const BOX_ROWS = 4;

/** Output [1, 4 + classes, cells]: box in input pixels, then class scores (already sigmoid), each a row over all cells. */
export function decodeYolov8({ outputs, threshold }: DecoderInput): Candidate[] {
  const [, rows = 0, cells = 0] = outputs[0]?.dims ?? [];
  const data = outputOf(outputs, 0, [1, Math.max(rows, BOX_ROWS + 1), cells]);
  const found: Candidate[] = [];
  for (let cell = 0; cell < cells; cell++) {
    let best = BOX_ROWS;
    for (let row = BOX_ROWS; row < rows; row++) {
      if (finite(data[row * cells + cell] ?? 0) > (data[best * cells + cell] ?? 0)) best = row;
    }
    const score = data[best * cells + cell] ?? 0;
    if (score < threshold) continue;
    const x = finite(data[cell] ?? 0);
    const y = finite(data[cells + cell] ?? 0);
    const halfW = finite(data[2 * cells + cell] ?? 0) / 2;
    const halfH = finite(data[3 * cells + cell] ?? 0) / 2;
    found.push({
      x1: x - halfW,
      y1: y - halfH,
      x2: x + halfW,
      y2: y + halfH,
      score,
      classIndex: best - BOX_ROWS,
    });
  }
  return found;
}

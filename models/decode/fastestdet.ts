// Decodes FastestDet: one box per cell of a single grid.
import { type Candidate, type DecoderInput, finite, outputOf, sigmoid } from "./candidate.ts";

const STRIDE = 16;

/**
 * Output [1, 5 + classes, rows, columns]: objectness, dx, dy, w, h, class scores.
 * Score = objectness^0.6 · class^0.4; centre = cell + tanh(d); size = sigmoid, of the whole picture. (Its example code.)
 */
export function decodeFastestdet({ outputs, width, height, threshold }: DecoderInput): Candidate[] {
  const [columns, rows] = [width / STRIDE, height / STRIDE];
  const planes = outputs[0]?.dims[1] ?? 0;
  const data = outputOf(outputs, 0, [1, planes, rows, columns]);
  const area = rows * columns;
  const found: Candidate[] = [];
  for (let cell = 0; cell < area; cell++) {
    const value = (plane: number): number => data[plane * area + cell] ?? 0;
    const objectness = finite(value(0));
    let best = 5;
    for (let plane = 6; plane < planes; plane++) if (value(plane) > value(best)) best = plane;
    const score = Math.max(0, objectness) ** 0.6 * Math.max(0, finite(value(best))) ** 0.4;
    if (score < threshold) continue;
    const centreX = (((cell % columns) + Math.tanh(value(1))) / columns) * width;
    const centreY = ((Math.floor(cell / columns) + Math.tanh(value(2))) / rows) * height;
    const halfW = (sigmoid(value(3)) * width) / 2;
    const halfH = (sigmoid(value(4)) * height) / 2;
    found.push({
      x1: centreX - halfW,
      y1: centreY - halfH,
      x2: centreX + halfW,
      y2: finite(centreY + halfH),
      score,
      classIndex: best - 5,
    });
  }
  return found;
}

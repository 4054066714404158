// Decodes YOLOX: an anchor-free grid per stride, boxes as offsets from their cell.
import { type Candidate, type DecoderInput, finite, outputOf } from "./candidate.ts";

const STRIDES = [8, 16, 32];

/**
 * Output [1, cells, 5 + classes]: dx, dy, log w, log h, objectness, class scores (both already sigmoid).
 * Centre = (d + cell) · stride, size = exp(log) · stride, score = objectness · class. (YOLOX, arXiv 2107.08430, 2.1.)
 */
export function decodeYolox({ outputs, width, height, threshold }: DecoderInput): Candidate[] {
  const cells = STRIDES.reduce((sum, stride) => sum + (width / stride) * (height / stride), 0);
  const row = outputs[0]?.dims[2] ?? 0;
  const data = outputOf(outputs, 0, [1, cells, row]);
  const found: Candidate[] = [];
  let at = 0;
  for (const stride of STRIDES) {
    for (let y = 0; y < height / stride; y++) {
      for (let x = 0; x < width / stride; x++, at += row) {
        const objectness = finite(data[at + 4] ?? 0);
        // No class can lift the product above the objectness.
        if (objectness < threshold) continue;
        let best = 5;
        for (let c = 6; c < row; c++) if ((data[at + c] ?? 0) > (data[at + best] ?? 0)) best = c;
        const score = finite(objectness * (data[at + best] ?? 0));
        if (score < threshold) continue;
        const centreX = ((data[at] ?? 0) + x) * stride;
        const centreY = ((data[at + 1] ?? 0) + y) * stride;
        const halfW = (Math.exp(data[at + 2] ?? 0) * stride) / 2;
        const halfH = finite(Math.exp(data[at + 3] ?? 0) * stride) / 2;
        found.push({
          x1: centreX - halfW,
          y1: centreY - halfH,
          x2: centreX + halfW,
          y2: centreY + halfH,
          score,
          classIndex: best - 5,
        });
      }
    }
  }
  return found;
}

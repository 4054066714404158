// Decodes NanoDet: class scores and, for each side of the box, a distribution over distances.
import { type Candidate, type DecoderInput, finite, outputOf } from "./candidate.ts";

const STRIDES = [8, 16, 32];
const CLASSES = 80;
/** Distances 0…7 in strides, per side. (Generalized Focal Loss, arXiv 2006.04388, 3.) */
const BINS = 8;

/** Outputs: three of class scores [1, cells, 80] (already sigmoid), then three of distances [1, cells, 4 × 8]. */
export function decodeNanodet({ outputs, width, height, threshold }: DecoderInput): Candidate[] {
  const found: Candidate[] = [];
  STRIDES.forEach((stride, level) => {
    const columns = Math.ceil(width / stride);
    const cells = columns * Math.ceil(height / stride);
    const scores = outputOf(outputs, level, [1, cells, CLASSES]);
    const distances = outputOf(outputs, STRIDES.length + level, [1, cells, 4 * BINS]);
    for (let cell = 0; cell < cells; cell++) {
      const at = cell * CLASSES;
      let best = 0;
      for (let c = 1; c < CLASSES; c++) if ((scores[at + c] ?? 0) > (scores[at + best] ?? 0)) best = c;
      const score = finite(scores[at + best] ?? 0);
      if (score < threshold) continue;
      const x = ((cell % columns) + 0.5) * stride;
      const y = (Math.floor(cell / columns) + 0.5) * stride;
      const side = (index: number): number => expectedBin(distances, (cell * 4 + index) * BINS) * stride;
      found.push({
        x1: x - side(0),
        y1: y - side(1),
        x2: x + side(2),
        y2: y + side(3),
        score,
        classIndex: best,
      });
    }
  });
  return found;
}

/** Mean of the softmax over the bins. */
function expectedBin(data: Float32Array, from: number): number {
  let largest = -Infinity;
  for (let i = 0; i < BINS; i++) largest = Math.max(largest, data[from + i] ?? 0);
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < BINS; i++) {
    const weight = Math.exp((data[from + i] ?? 0) - largest);
    sum += weight;
    weighted += weight * i;
  }
  return finite(weighted / sum);
}

// Decodes networks whose graph already ends in a list of boxes: CenterNet here, YOLOv10, detectors exported with NMS.
import { type Candidate, type DecoderInput, finite, outputOf } from "./candidate.ts";

const NUMBERS = 6;

/** Output [1, n, 6]: x1, y1, x2, y2 in input pixels, score, class; rows that hold nothing score 0. */
export function decodeEndToEnd({ outputs, threshold }: DecoderInput): Candidate[] {
  const rows = outputs[0]?.dims[1] ?? 0;
  const data = outputOf(outputs, 0, [1, rows, NUMBERS]);
  const found: Candidate[] = [];
  for (let at = 0; at < rows * NUMBERS; at += NUMBERS) {
    const score = finite(data[at + 4] ?? 0);
    if (score < threshold) continue;
    found.push({
      x1: finite(data[at] ?? 0),
      y1: finite(data[at + 1] ?? 0),
      x2: finite(data[at + 2] ?? 0),
      y2: finite(data[at + 3] ?? 0),
      score,
      classIndex: finite(data[at + 5] ?? 0),
    });
  }
  return found;
}

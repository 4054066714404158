// Decodes CenterNet whose graph already picks the hundred strongest centres.
import { type Candidate, type DecoderInput, finite, outputOf } from "./candidate.ts";

const TOP = 100;

/** Output [1, 100, 6]: x1, y1, x2, y2 in input pixels, score, class. */
export function decodeCenternet({ outputs, threshold }: DecoderInput): Candidate[] {
  const data = outputOf(outputs, 0, [1, TOP, 6]);
  const found: Candidate[] = [];
  for (let at = 0; at < TOP * 6; at += 6) {
    const score = finite(data[at + 4] ?? 0);
    if (score < threshold) continue;
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, , classIndex = 0] = data.subarray(at, at + 6);
    found.push({ x1, y1, x2: finite(x2), y2: finite(y2), score, classIndex });
  }
  return found;
}

// Decodes YuNet: faces with five points, one per cell and stride.
import { type DecoderInput, finite, outputOf } from "./candidate.ts";
import type { FaceCandidate, FacePoint } from "./face.ts";

const STRIDES = [8, 16, 32];

/**
 * Outputs, three each by stride: class [1, cells, 1], objectness [1, cells, 1], box [1, cells, 4], points [1, cells, 10].
 * Score = √(class · objectness); centre = (cell + d) · stride; size = exp · stride; point = (cell + d) · stride.
 * The points come in our order already. (OpenCV's FaceDetectorYN.)
 */
export function decodeYunet({ outputs, width, height, threshold }: DecoderInput): FaceCandidate[] {
  const found: FaceCandidate[] = [];
  STRIDES.forEach((stride, level) => {
    const columns = width / stride;
    const cells = columns * (height / stride);
    const classes = outputOf(outputs, level, [1, cells, 1]);
    const objectness = outputOf(outputs, 3 + level, [1, cells, 1]);
    const boxes = outputOf(outputs, 6 + level, [1, cells, 4]);
    const points = outputOf(outputs, 9 + level, [1, cells, 10]);
    for (let cell = 0; cell < cells; cell++) {
      const product = finite((classes[cell] ?? 0) * (objectness[cell] ?? 0));
      const score = Math.sqrt(Math.min(1, Math.max(0, product)));
      if (score < threshold) continue;
      const column = cell % columns;
      const row = Math.floor(cell / columns);
      const [dx = 0, dy = 0, logW = 0, logH = 0] = boxes.subarray(cell * 4, cell * 4 + 4);
      const x = (column + dx) * stride;
      const y = (row + dy) * stride;
      const halfW = (Math.exp(logW) * stride) / 2;
      const halfH = finite(Math.exp(logH) * stride) / 2;
      const point = (index: number): FacePoint => [
        finite((column + (points[cell * 10 + index * 2] ?? 0)) * stride),
        finite((row + (points[cell * 10 + index * 2 + 1] ?? 0)) * stride),
      ];
      found.push({
        x1: x - halfW,
        y1: y - halfH,
        x2: x + halfW,
        y2: y + halfH,
        score,
        classIndex: 0,
        points: [point(0), point(1), point(2), point(3), point(4)],
      });
    }
  });
  return found;
}

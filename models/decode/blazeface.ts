// Decodes MediaPipe's BlazeFace (back camera, 256×256): two grids of anchors, six points.
import { type DecoderInput, finite, outputOf, sigmoid } from "./candidate.ts";
import type { FaceCandidate, FacePoint, FacePoints } from "./face.ts";

const GRIDS: readonly { readonly stride: number; readonly perCell: number }[] = [
  { stride: 16, perCell: 2 },
  { stride: 32, perCell: 6 },
];
/** Centre, size and six points. */
const NUMBERS = 16;
/**
 * In the ArcFace template (insightface, face_align.py) the mouth corners are 29.2 apart and the eyes 35.2: the corners
 * lie this share of the distance between the eyes to each side of the mouth's middle.
 */
const MOUTH_HALF_WIDTH = 0.414;

/**
 * Outputs: logits of both grids [1, anchors, 1], then their numbers [1, anchors, 16], in pixels from the anchor's
 * centre: box centre, size, then left eye, right eye, nose, mouth, left and right ear as the viewer sees them.
 */
export function decodeBlazeface({ outputs, width, height, threshold }: DecoderInput): FaceCandidate[] {
  const found: FaceCandidate[] = [];
  GRIDS.forEach(({ stride, perCell }, grid) => {
    const columns = width / stride;
    const anchors = columns * (height / stride) * perCell;
    const logits = outputOf(outputs, grid, [1, anchors, 1]);
    const numbers = outputOf(outputs, GRIDS.length + grid, [1, anchors, NUMBERS]);
    for (let anchor = 0; anchor < anchors; anchor++) {
      const score = sigmoid(finite(logits[anchor] ?? 0));
      if (score < threshold) continue;
      const cell = Math.floor(anchor / perCell);
      const anchorX = ((cell % columns) + 0.5) * stride;
      const anchorY = (Math.floor(cell / columns) + 0.5) * stride;
      const value = (index: number): number => finite(numbers[anchor * NUMBERS + index] ?? 0);
      const point = (index: number): FacePoint => [
        anchorX + value(4 + index * 2),
        anchorY + value(5 + index * 2),
      ];
      const [x, y] = [anchorX + value(0), anchorY + value(1)];
      const [halfW, halfH] = [value(2) / 2, value(3) / 2];
      found.push({
        x1: x - halfW,
        y1: y - halfH,
        x2: x + halfW,
        y2: y + halfH,
        score,
        classIndex: 0,
        points: withMouthCorners(point(0), point(1), point(2), point(3)),
      });
    }
  });
  return found;
}

/** BlazeFace knows only the mouth's middle: its corners are put beside it, parallel to the eyes. */
function withMouthCorners(left: FacePoint, right: FacePoint, nose: FacePoint, mouth: FacePoint): FacePoints {
  const dx = (right[0] - left[0]) * MOUTH_HALF_WIDTH;
  const dy = (right[1] - left[1]) * MOUTH_HALF_WIDTH;
  return [left, right, nose, [mouth[0] - dx, mouth[1] - dy], [mouth[0] + dx, mouth[1] + dy]];
}

// The preview of one camera: the latest frame with every head hidden that a detector found, however unsure it was.
import { type InputSpec, place } from "../../models/letterbox.ts";
import type { Frame } from "../camera/frame.ts";
import type { Box } from "../geometry/box.ts";
import { type Body, headsOf } from "./heads.ts";
import { makePreview } from "./preview.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * JPEG, base64. `bodies` lie in pixels of a picture of size `scene`; `input` is how the frame's first small picture was
 * made, `source` the size of the camera's picture. The frame may be released as soon as this has returned its promise.
 */
export async function previewOf(
  frame: Frame,
  bodies: readonly Body[],
  scene: Size,
  input: InputSpec,
  source: Size,
): Promise<string | undefined> {
  const small = frame.small[0];
  if (small === undefined) return undefined;
  const { scaleX, scaleY, offsetX, offsetY, width, height } = place(source, input);
  const [overX, overY] = [(source.width * scaleX) / scene.width, (source.height * scaleY) / scene.height];
  const toSmall = ({ x1, y1, x2, y2 }: Box): Box => ({
    x1: x1 * overX + offsetX,
    y1: y1 * overY + offsetY,
    x2: x2 * overX + offsetX,
    y2: y2 * overY + offsetY,
  });
  const content = { x1: offsetX, y1: offsetY, x2: offsetX + width, y2: offsetY + height };
  return (await makePreview(small, content, headsOf(bodies).map(toSmall))).toString("base64");
}

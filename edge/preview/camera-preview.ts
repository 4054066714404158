// The preview of one camera: the latest frame with every head hidden that detector or face detector found.
import type { Live } from "../../contract/messages.ts";
import { type InputSpec, place } from "../../models/letterbox.ts";
import type { Frame } from "../camera/frame.ts";
import type { Box } from "../geometry/box.ts";
import { headBoxes } from "./heads.ts";
import { makePreview } from "./preview.ts";

/** Classes whose upper part holds a head. Riders of two-wheelers are often found only as part of their vehicle. */
const BEARERS = new Set(["person", "rider", "motorcycle", "bicycle"]);
const HEADS = new Set(["face", "head"]);

/**
 * JPEG, base64. `input` is how the frame's first small picture was made, `source` the size of the camera's picture.
 * The frame may be released as soon as this has returned its promise.
 */
export async function previewOf(
  frame: Frame,
  live: Live,
  input: InputSpec,
  source: { readonly width: number; readonly height: number },
): Promise<string | undefined> {
  const small = frame.small[0];
  if (small === undefined) return undefined;
  const { scaleX, scaleY, offsetX, offsetY, width, height } = place(source, input);
  const toSmall = ([x1 = 0, y1 = 0, x2 = 0, y2 = 0]: readonly number[]): Box => ({
    x1: (x1 * source.width * scaleX) / live.picture.width + offsetX,
    y1: (y1 * source.height * scaleY) / live.picture.height + offsetY,
    x2: (x2 * source.width * scaleX) / live.picture.width + offsetX,
    y2: (y2 * source.height * scaleY) / live.picture.height + offsetY,
  });
  const boxesOf = (classes: ReadonlySet<string>): Box[] =>
    live.boxes.filter((one) => classes.has(one.class)).map((one) => toSmall(one.box));
  const content = { x1: offsetX, y1: offsetY, x2: offsetX + width, y2: offsetY + height };
  return (await makePreview(small, content, headBoxes(boxesOf(BEARERS), boxesOf(HEADS)))).toString("base64");
}

// Where a picture shows vehicles that may bear a plate.
import { openDetector } from "../../../models/detector.ts";
import type { ReadyModel } from "../../../models/ready-model.ts";
import type { Box } from "../../../edge/geometry/box.ts";
import { type RgbPicture, squareAround } from "../../../edge/plate/picture.ts";

export interface VehicleFinder {
  find(picture: RgbPicture): Promise<Box[]>;
  close(): Promise<void>;
}

/** A plate is looked for in doubtful vehicles too: at 0.3 one in twelve plates lies in no box. */
const LEAST_CONFIDENCE = 0.2;
const WITH_PLATES: ReadonlySet<string> = new Set(["motorcycle", "bicycle", "car", "bus", "truck"]);
/** Longer side of the picture that vehicles are looked for in. */
const SIDE = 640;

export async function openVehicleFinder(model: ReadyModel): Promise<VehicleFinder> {
  const free = model.entry.input.multiple !== undefined;
  const detector = await openDetector(model, {
    threshold: LEAST_CONFIDENCE,
    ...(free ? { width: SIDE, height: SIDE } : {}),
  });
  return {
    async find(picture) {
      const { width, height } = picture;
      const half = Math.max(width, height) / 2 / 1.1;
      const [x, y] = [width / 2, height / 2];
      const whole = { x1: x - half, x2: x + half, y1: y - half, y2: y + half };
      const cut = await squareAround(picture, whole, detector.input.width, detector.input.pad);
      if (cut === undefined) return [];
      const { scale } = cut;
      return (await detector.detect(cut.rgb))
        .filter(({ className }) => WITH_PLATES.has(className))
        .map((box) => ({ x1: box.x1 / scale, y1: box.y1 / scale, x2: box.x2 / scale, y2: box.y2 / scale }));
    },
    close: () => detector.close(),
  };
}

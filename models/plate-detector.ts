// Finds plates, with their four corners, in the picture of one vehicle.
import { decodePlateCorners, type PlateCandidate } from "./decode/plate-corners.ts";
import { detectorInput, preparationOf } from "./detector.ts";
import type { InputSpec } from "./letterbox.ts";
import { ModelError } from "./model-error.ts";
import type { ReadyModel } from "./ready-model.ts";
import { decoding, openPictureSession } from "./session.ts";

export interface PlateDetector {
  readonly input: InputSpec;
  /** `rgb` is rgb24 of exactly the input's size. Best score first. One call at a time. */
  detect(rgb: Uint8Array): Promise<PlateCandidate[]>;
  close(): Promise<void>;
}

/** `threshold` absent: the model's own. Rejects with {@link ModelError}, naming the model, when it can't be opened. */
export async function openPlateDetector(model: ReadyModel, threshold?: number): Promise<PlateDetector> {
  const { entry, name } = model;
  if (entry.decoder !== "plate-corners") throw new ModelError(name, `finds no plates (${entry.task})`);
  const input = detectorInput(entry);
  const { width, height } = input;
  const least = threshold ?? entry.threshold?.value ?? 0.45;
  const session = await openPictureSession(model, preparationOf(entry, input));
  return {
    input,
    detect: async (rgb) => {
      const outputs = await session.run(rgb);
      return decoding(name, () => decodePlateCorners({ outputs, width, height, threshold: least }));
    },
    close: () => session.close(),
  };
}

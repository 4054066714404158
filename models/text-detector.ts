// Finds lines of text in a picture.
import { decodeTextMap, type TextLine } from "./decode/text-map.ts";
import { detectorInput, preparationOf, type SizeOptions } from "./detector.ts";
import type { InputSpec } from "./letterbox.ts";
import { ModelError } from "./model-error.ts";
import type { ReadyModel } from "./ready-model.ts";
import { decoding, openPictureSession } from "./session.ts";

export interface TextDetector {
  readonly input: InputSpec;
  /** `rgb` is rgb24 of exactly the input's size; lines in its pixels, best first. One call at a time. */
  find(rgb: Uint8Array): Promise<TextLine[]>;
  close(): Promise<void>;
}

/** Rejects with {@link ModelError}, naming the model, when it can't be opened. Blocks its thread while it runs. */
export async function openTextDetector(model: ReadyModel, options: SizeOptions = {}): Promise<TextDetector> {
  const { entry, name } = model;
  if (entry.decoder !== "text-map") throw new ModelError(name, `finds no text (${entry.task})`);
  const input = detectorInput(entry, options);
  const { width, height } = input;
  const threshold = entry.threshold?.value ?? 0.3;
  const session = await openPictureSession(model, preparationOf(entry, input));

  return {
    input,
    find: async (rgb) => {
      const outputs = await session.run(rgb);
      return decoding(name, () => decodeTextMap({ outputs, width, height, threshold }));
    },
    close: () => session.close(),
  };
}

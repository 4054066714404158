// Reads how many people a picture of a crowd shows, and where they stand closest, with a network of a site's own.
import { decodeDensity, type Density } from "./decode/density.ts";
import { detectorInput, preparationOf, type SizeOptions } from "./detector.ts";
import type { InputSpec } from "./letterbox.ts";
import { ModelError } from "./model-error.ts";
import type { ReadyModel } from "./ready-model.ts";
import { decoding, openPictureSession } from "./session.ts";

export interface DensityReader {
  readonly input: InputSpec;
  /** `rgb` is rgb24 of exactly the input's size. One call at a time. */
  find(rgb: Uint8Array): Promise<Density>;
  close(): Promise<void>;
}

/** Least people in a cell that make a peak, where the catalogue says nothing. */
const PEAK = 0.1;

/** Rejects with {@link ModelError}, naming the model, when it can't be opened. Blocks its thread while it runs. */
export async function openDensityReader(
  model: ReadyModel,
  options: SizeOptions = {},
): Promise<DensityReader> {
  const { entry, name } = model;
  if (entry.decoder !== "density") throw new ModelError(name, `gives no density of people (${entry.task})`);
  const input = detectorInput(entry, options);
  const { width, height } = input;
  const threshold = entry.threshold?.value ?? PEAK;
  const session = await openPictureSession(model, preparationOf(entry, input));

  return {
    input,
    find: async (rgb) => {
      const outputs = await session.run(rgb);
      return decoding(name, () => decodeDensity({ outputs, width, height, threshold }));
    },
    close: () => session.close(),
  };
}

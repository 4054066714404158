// Reads a line of text, or a whole plate, from a picture of it.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { decodeCct } from "./decode/cct.ts";
import { decodeCtc } from "./decode/ctc.ts";
import { decodePlateLines } from "./decode/plate-lines.ts";
import type { Reading } from "./decode/reading.ts";
import { detectorInput, preparationOf } from "./detector.ts";
import type { InputSpec } from "./letterbox.ts";
import { ModelError } from "./model-error.ts";
import type { ReadyModel } from "./ready-model.ts";
import { decoding, openPictureSession, type Output } from "./session.ts";

export interface TextReader {
  readonly input: InputSpec;
  /** `rgb` is rgb24 of exactly the input's size: the cut-out text, stretched. One call at a time. */
  read(rgb: Uint8Array): Promise<Reading>;
  close(): Promise<void>;
}

/** Rejects with {@link ModelError}, naming the model, when it can't be opened. */
export async function openTextReader(model: ReadyModel): Promise<TextReader> {
  const { entry, name } = model;
  const decode = await decoderOf(model);
  const input = detectorInput(entry);
  const session = await openPictureSession(model, preparationOf(entry, input));

  return {
    input,
    read: async (rgb) => {
      const outputs = await session.run(rgb);
      return decoding(name, () => decode(outputs));
    },
    close: () => session.close(),
  };
}

async function decoderOf(model: ReadyModel): Promise<(outputs: readonly Output[]) => Reading> {
  const { entry, name, path } = model;
  if (entry.decoder === "cct") return (outputs) => decodeCct({ outputs });
  if (entry.decoder === "plate-lines") return (outputs) => decodePlateLines({ outputs });
  const [alphabetFile] = entry.extra ?? [];
  if (entry.decoder !== "ctc" || alphabetFile === undefined) {
    throw new ModelError(name, `reads no text (${entry.task})`);
  }
  const lines = (await readFile(join(dirname(path), alphabetFile.file), "utf8")).split(/\r?\n/);
  // The file ends with a line break; PaddleOCR puts the space after its last character.
  const alphabet = [...lines.slice(0, lines.at(-1) === "" ? -1 : undefined), " "];
  return (outputs) => decodeCtc({ outputs }, alphabet);
}

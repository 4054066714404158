// `ngatu models import NAME`: imports a model and compares it with the original on real pictures.
import { join } from "node:path";
import { cacheFolder, mirrorFolders } from "../../config/cache-folder.ts";
import { compareWithTfjs, LEAST_SCORE } from "../../models/import/compare.ts";
import { cutPictures, findVideos } from "../../models/import/pictures.ts";
import type { ReferenceName } from "../../models/import/tfjs-reference.ts";
import { ModelError } from "../../models/model-error.ts";
import { fetchFile } from "../../models/source.ts";
import { openStore, printJson } from "./store.ts";

interface Options {
  readonly json?: true;
  readonly reference: ReferenceName;
  readonly picture?: readonly string[];
  readonly count: number;
}

export async function importOne(name: string, { json, reference, picture, count }: Options): Promise<void> {
  const store = openStore();
  const entry = store.entry(name);
  if (entry.import === undefined) throw new ModelError(name, "is ONNX already: nothing to import");
  const model = await store.ensure(name);
  const folder = join(cacheFolder(), "models");
  const files: string[] = [];
  for (const part of entry.import.files) files.push(await fetchFile(part, folder));
  const sources = picture ?? (await findVideos([...mirrorFolders(), cacheFolder()]));
  const pictures = await cutPictures(sources, count, entry.input);
  if (pictures.length === 0) {
    throw new ModelError(name, "no pictures to compare on: give --picture, or fetch the sample media");
  }
  const result = await compareWithTfjs(model, files, pictures, reference);
  const shown = {
    reference: result.reference,
    max_abs_difference: result.maxAbsDifference,
    compared: `corners in pixels and score of every box that scores ${LEAST_SCORE} or more, before suppression`,
    boxes_equal: result.boxesEqual,
    pictures: result.pictures,
    outputs: result.outputs.map(({ name: output, maxAbsDifference, largest }) => ({
      name: output,
      read: entry.outputs?.includes(output) ?? true,
      max_abs_difference: maxAbsDifference,
      largest_value: largest,
    })),
  };
  if (json === true) printJson(shown);
  else {
    process.stdout.write(
      `${model.path}\nagainst TF.js (${result.reference}) on ${result.pictures} pictures: largest difference ` +
        `${result.maxAbsDifference.toPrecision(2)}, boxes ${result.boxesEqual ? "equal" : "DIFFERENT"}\n`,
    );
  }
}

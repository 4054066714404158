// Proves an imported detector equal to its original: the same pictures through both, number by number.
import { readFile } from "node:fs/promises";
import { Tensor } from "onnxruntime-node";
import type { Candidate } from "../decode/candidate.ts";
import { decodeCenternet } from "../decode/centernet.ts";
import { nms } from "../decode/nms.ts";
import { ModelError } from "../model-error.ts";
import type { ReadyModel } from "../ready-model.ts";
import { openNetwork, type Output } from "../session.ts";
import { readTfGraph } from "./tfjs-graph.ts";
import { openReference, type ReferenceName } from "./tfjs-reference.ts";

export interface Comparison {
  readonly reference: ReferenceName;
  /** Largest difference of any number of any output that the graph declares, over all pictures. */
  readonly maxAbsDifference: number;
  /** Whether both lead to the same boxes: as many, of the same classes, corners within {@link BOX_TOLERANCE_PX}. */
  readonly boxesEqual: boolean;
  readonly pictures: number;
}

const BOX_TOLERANCE_PX = 0.01;

/**
 * `files` are the description and the weights that the model was imported from; `pictures` are rgb24 of its input's
 * size. Rejects with {@link ModelError} when the reference isn't installed.
 */
export async function compareWithTfjs(
  model: ReadyModel,
  files: readonly string[],
  pictures: readonly Uint8Array[],
  which: ReferenceName,
): Promise<Comparison> {
  const { entry, name } = model;
  if (entry.import?.kind !== "tfjs-graph" || entry.decoder !== "centernet") {
    throw new ModelError(name, "is no detector imported from TF.js: there is nothing to compare it with");
  }
  const [json, weights] = await Promise.all(files.map((file) => readFile(file)));
  if (json === undefined || weights === undefined)
    throw new ModelError(name, "its original files are missing");
  const { outputs } = readTfGraph(json.toString("utf8"));
  const { width, height } = entry.input;
  const reference = await openReference(name, which, json.toString("utf8"), weights);
  const network = await openNetwork(model);
  let maxAbsDifference = 0;
  let boxesEqual = true;
  try {
    for (const picture of pictures) {
      const input = Float32Array.from(picture);
      const expected = reference.run(input, [1, height, width, 3], outputs);
      const tensor = new Tensor("float32", input, [1, height, width, 3]);
      const seen = await network.run({ [network.inputs[0] ?? ""]: tensor });
      const original = outputs.map((output, i): Output => {
        const own = seen.find((candidate) => candidate.name === output);
        const data = expected[i];
        if (own === undefined || data === undefined) throw new ModelError(name, `no output ${output}`);
        maxAbsDifference = Math.max(maxAbsDifference, largestDifference(own.data, data));
        return { name: output, data, dims: own.dims };
      });
      boxesEqual &&= sameBoxes(boxes(seen), boxes(original));
    }
  } finally {
    reference.close();
    await network.close();
  }
  return { reference: which, maxAbsDifference, boxesEqual, pictures: pictures.length };

  function boxes(all: readonly Output[]): Candidate[] {
    const read = all.filter((output) => entry.outputs?.includes(output.name) ?? true);
    const found = decodeCenternet({ outputs: read, width, height, threshold: entry.threshold?.value ?? 0.3 });
    return nms(found, entry.nms_iou ?? 0.45);
  }
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    // NaN on either side must not pass as equal.
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}

function sameBoxes(a: readonly Candidate[], b: readonly Candidate[]): boolean {
  const corners = (box: Candidate): number[] => [box.x1, box.y1, box.x2, box.y2];
  return (
    a.length === b.length &&
    a.every((box, i) => {
      const other = b[i];
      if (other?.classIndex !== box.classIndex) return false;
      const seen = corners(other);
      return corners(box).every((value, k) => Math.abs(value - (seen[k] ?? NaN)) <= BOX_TOLERANCE_PX);
    })
  );
}

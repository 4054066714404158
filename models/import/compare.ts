// Proves an imported detector equal to its original: the same pictures through both, number by number.
import { readFile } from "node:fs/promises";
import { Tensor } from "onnxruntime-node";
import type { Candidate } from "../decode/candidate.ts";
import { decodeEndToEnd } from "../decode/end-to-end.ts";
import { nms } from "../decode/nms.ts";
import { ModelError } from "../model-error.ts";
import type { ReadyModel } from "../ready-model.ts";
import { openNetwork, type Output } from "../session.ts";
import { readTfGraph } from "./tfjs-graph.ts";
import { openReference, type ReferenceName } from "./tfjs-reference.ts";

export interface Comparison {
  readonly reference: ReferenceName;
  /**
   * Largest difference of any number that the product can read: corners in input pixels and score of every box that
   * scores {@link LEAST_SCORE} or more, before suppression. Infinite when a box of one side has none on the other.
   */
  readonly maxAbsDifference: number;
  /** Every number of every declared output, also of those that the product doesn't read. */
  readonly outputs: readonly OutputDifference[];
  /** Whether both end with the same boxes at the catalogue's threshold: as many, of the same classes, corners within {@link BOX_TOLERANCE_PX}. */
  readonly boxesEqual: boolean;
  readonly pictures: number;
}

export interface OutputDifference {
  readonly name: string;
  readonly maxAbsDifference: number;
  /** Largest absolute value of the original: rounding of 32-bit floats grows with it. */
  readonly largest: number;
}

/** No configuration reads a box below this (`inference.threshold` of a box file). */
export const LEAST_SCORE = 0.05;
/** A box this near to the least score on one side may be just below it on the other. */
const SCORE_SLACK = 0.001;
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
  if (entry.import?.kind !== "tfjs-graph" || entry.decoder !== "end-to-end") {
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
  const differences = outputs.map((output) => ({ name: output, maxAbsDifference: 0, largest: 0 }));
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
        const difference = differences[i];
        if (difference !== undefined) {
          const most = Math.max(difference.maxAbsDifference, largestDifference(own.data, data));
          difference.maxAbsDifference = most;
          difference.largest = Math.max(
            difference.largest,
            largestDifference(data, new Float32Array(data.length)),
          );
        }
        return { name: output, data, dims: own.dims };
      });
      const [found, wanted] = [candidates(seen), candidates(original)];
      const difference = Math.max(
        boxDifference(found, candidates(original, LEAST_SCORE - SCORE_SLACK)),
        boxDifference(wanted, candidates(seen, LEAST_SCORE - SCORE_SLACK)),
      );
      maxAbsDifference = Math.max(maxAbsDifference, difference);
      boxesEqual &&= sameBoxes(suppressed(seen), suppressed(original));
    }
  } finally {
    reference.close();
    await network.close();
  }
  return {
    reference: which,
    maxAbsDifference,
    outputs: differences,
    boxesEqual,
    pictures: pictures.length,
  };

  function candidates(all: readonly Output[], threshold = LEAST_SCORE): Candidate[] {
    const read = all.filter((output) => entry.outputs?.includes(output.name) ?? true);
    return decodeEndToEnd({ outputs: read, width, height, threshold });
  }

  function suppressed(all: readonly Output[]): Candidate[] {
    return nms(candidates(all, entry.threshold?.value), entry.nms_iou ?? 0.45);
  }
}

const numbers = (box: Candidate): number[] => [box.x1, box.y1, box.x2, box.y2, box.score];

/** Each box against the closest of its class: the order of equal scores means nothing. */
function boxDifference(boxes: readonly Candidate[], others: readonly Candidate[]): number {
  const differences = boxes.map((box) => {
    const same = others.filter((other) => other.classIndex === box.classIndex);
    return Math.min(Infinity, ...same.map((other) => largestDifference(numbers(box), numbers(other))));
  });
  return Math.max(0, ...differences);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
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
  return (
    a.length === b.length &&
    boxDifference(a, b) <= BOX_TOLERANCE_PX &&
    boxDifference(b, a) <= BOX_TOLERANCE_PX
  );
}

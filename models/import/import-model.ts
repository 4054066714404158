// Imports a model from files of another format: what `import` in the catalogue names.
import { readFile } from "node:fs/promises";
import type { ModelEntry } from "../catalogue.ts";
import { ModelError } from "../model-error.ts";
import { encodeModel } from "../onnx/codec.ts";
import type { ModelProto } from "../onnx/proto.ts";
import { dlibResnet } from "./dlib-resnet.ts";
import { readTfGraph } from "./tfjs-graph.ts";
import { tfjsToOnnx } from "./tfjs-to-onnx.ts";
import { readWeights, type WeightSpec } from "./weights.ts";

type Kind = NonNullable<ModelEntry["import"]>["kind"];

/** From the description (JSON text) and the weights to a graph. */
const IMPORTERS: Readonly<Record<Kind, (name: string, json: string, weights: Uint8Array) => ModelProto>> = {
  "tfjs-graph": (name, json, weights) => {
    const graph = readTfGraph(json);
    return tfjsToOnnx(name, graph, readWeights(graph.weights, weights));
  },
  "dlib-resnet": (name, json, weights) => {
    const groups = JSON.parse(json) as { readonly weights: readonly WeightSpec[] }[];
    const specs = groups.flatMap((group) => group.weights);
    return dlibResnet(name, readWeights(specs, weights));
  },
};

/**
 * Returns the ONNX file's bytes; the same files always give the same bytes, so their hash stands in the catalogue.
 * `files` are the description and the weights, in this order. Throws {@link ModelError}.
 */
export async function importModel(name: string, kind: Kind, files: readonly string[]): Promise<Uint8Array> {
  const [json, weights] = await Promise.all(files.map((file) => readFile(file)));
  if (json === undefined || weights === undefined)
    throw new ModelError(name, "its description or weights are missing");
  try {
    return encodeModel(IMPORTERS[kind](name, json.toString("utf8"), weights));
  } catch (cause) {
    throw new ModelError(name, cause instanceof Error ? cause.message : "can't be imported", { cause });
  }
}

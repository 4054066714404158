// Runs a TF.js graph model in TF.js itself, to compare an imported one with. Needs packages that only developers have.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import { ModelError } from "../model-error.ts";

/**
 * `tfjs-node` is TensorFlow's C library, an optional peer dependency; `wasm` its WebAssembly build; `cpu` plain
 * JavaScript, which sums in double precision and so says which side rounded more: 100 times slower.
 */
export const REFERENCES = ["wasm", "cpu", "tfjs-node"] as const;
export type ReferenceName = (typeof REFERENCES)[number];

export interface Reference {
  /** Numbers of each named output for one input of NHWC floats. */
  run(
    input: Float32Array,
    shape: [number, number, number, number],
    outputs: readonly string[],
  ): Float32Array[];
  close(): void;
}

interface GraphJson {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: TensorFlow.io.WeightsManifestEntry[] }[];
  readonly signature?: object;
}

/** Rejects with {@link ModelError} when the packages aren't installed. */
export async function openReference(
  name: string,
  which: ReferenceName,
  json: string,
  weights: Uint8Array,
): Promise<Reference> {
  const tf = await load(which).catch((cause: unknown) => {
    const packages =
      which === "tfjs-node" ? "@tensorflow/tfjs-node" : "@tensorflow/tfjs and @tensorflow/tfjs-backend-wasm";
    throw new ModelError(name, `the reference ${which} needs ${packages}: npm install them to compare`, {
      cause,
    });
  });
  const file = JSON.parse(json) as GraphJson;
  const model = await tf.loadGraphModel({
    load: () =>
      Promise.resolve({
        modelTopology: file.modelTopology,
        weightSpecs: file.weightsManifest.flatMap((group) => group.weights),
        weightData: new Uint8Array(weights).buffer,
        ...(file.signature === undefined ? {} : { signature: file.signature }),
      }),
  });
  const inputName = model.inputs[0]?.name ?? "";

  return { run, close: () => model.dispose() };

  function run(
    input: Float32Array,
    shape: [number, number, number, number],
    outputs: readonly string[],
  ): Float32Array[] {
    return tf.tidy(() => {
      const results = model.execute({ [inputName]: tf.tensor(input, shape) }, [...outputs]);
      return [results].flat().map((result) => Float32Array.from(result.dataSync()));
    });
  }
}

async function load(which: ReferenceName): Promise<typeof TensorFlow> {
  if (which === "tfjs-node") {
    // Named by a variable: the package is optional, so the compiler must not look for it.
    const optional = "@tensorflow/tfjs-node";
    return (await import(optional)) as typeof TensorFlow;
  }
  const tf = await import("@tensorflow/tfjs");
  if (which === "cpu") {
    await tf.setBackend("cpu");
    await tf.ready();
    return tf;
  }
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  const folder = dirname(
    createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json"),
  );
  setWasmPaths(join(folder, "dist/"));
  await tf.setBackend("wasm");
  await tf.ready();
  return tf;
}

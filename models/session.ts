// An ONNX Runtime session whose input and output memory is allocated once and used again for every run.
import { readFile } from "node:fs/promises";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { ModelError } from "./model-error.ts";
import { decodeModel, encodeModel } from "./onnx/codec.ts";
import { prepare, type Preparation, RGB_INPUT } from "./onnx/prepare.ts";
import type { ReadyModel } from "./ready-model.ts";

/** One output: its numbers, row-major, and its dimensions. The next run writes over them. */
export interface Output {
  readonly name: string;
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export interface Session {
  /** Runs the network on what the input tensors hold now. Never two runs at once. Rejects with {@link ModelError}. */
  run(): Promise<readonly Output[]>;
  close(): Promise<void>;
}

/**
 * One thread (a pool of workers scales better; the default costs 1.75 times the CPU) and all graph optimisations.
 * `run` blocks its thread for the whole inference. `inputs` keep their memory; write into it before each run.
 */
export async function openSession(
  model: string,
  graph: Uint8Array,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<Session> {
  const session = await InferenceSession.create(graph, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  }).catch((cause: unknown) => {
    throw new ModelError(model, "ONNX Runtime refuses it", { cause });
  });
  const names = session.outputNames;
  let fetches: Record<string, Tensor> | undefined;
  let outputs: Output[] = [];
  let running = false;

  return { run, close: () => session.release() };

  async function run(): Promise<readonly Output[]> {
    if (running) throw new ModelError(model, "two runs at once");
    running = true;
    try {
      const results = await (fetches === undefined ? session.run(inputs) : session.run(inputs, fetches));
      if (fetches === undefined) keep(results);
      return outputs;
    } catch (cause) {
      throw cause instanceof ModelError ? cause : new ModelError(model, "the inference failed", { cause });
    } finally {
      running = false;
    }
  }

  /** Inputs never change their size, so the first run's outputs have the size of all later ones. */
  function keep(results: InferenceSession.OnnxValueMapType): void {
    const kept: Record<string, Tensor> = {};
    outputs = names.map((name) => {
      const tensor = results[name];
      if (!(tensor?.data instanceof Float32Array))
        throw new ModelError(model, `output ${name} holds no float32`);
      kept[name] = tensor;
      return { name, data: tensor.data, dims: tensor.dims };
    });
    fetches = kept;
  }
}

/** A session on raw pictures: rgb24 of the given size, see {@link prepare}. */
export interface PictureSession extends Session {
  /** uint8, height × width × 3: write the picture here, then run. */
  readonly pixels: Uint8Array;
}

/** Rejects with {@link ModelError} when the file is broken or the network can't take such a picture. */
export async function openPictureSession(
  model: ReadyModel,
  preparation: Preparation,
): Promise<PictureSession> {
  const { width, height } = preparation;
  const graph = await readGraph(model, preparation);
  const pixels = new Uint8Array(width * height * 3);
  const session = await openSession(model.name, graph, {
    [RGB_INPUT]: new Tensor("uint8", pixels, [1, height, width, 3]),
  });
  return { ...session, pixels };
}

async function readGraph(model: ReadyModel, preparation: Preparation): Promise<Uint8Array> {
  try {
    const decoded = decodeModel(await readFile(model.path));
    prepare(decoded, preparation);
    return encodeModel(decoded);
  } catch (cause) {
    throw new ModelError(model.name, `${model.path}: ${cause instanceof Error ? cause.message : "broken"}`, {
      cause,
    });
  }
}

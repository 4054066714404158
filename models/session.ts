// ONNX Runtime sessions whose output memory is allocated once and used again for every run.
import { readFile } from "node:fs/promises";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { letGo } from "./let-go.ts";
import { ModelError } from "./model-error.ts";
import { decodeModel, encodeModel } from "./onnx/codec.ts";
import { AT_INPUT, modernise, prepare, type Preparation, RGB_INPUT } from "./onnx/prepare.ts";
import type { ModelProto } from "./onnx/proto.ts";
import type { Provider } from "./provider.ts";
import type { ReadyModel } from "./ready-model.ts";

/** One output: its numbers, row-major, and its dimensions. The next run writes over them. */
export interface Output {
  readonly name: string;
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export interface Session {
  readonly inputs: readonly string[];
  /**
   * The outputs have the size of the first run's in all later ones. Never two runs at once. Rejects with
   * {@link ModelError}. ONNX Runtime refuses inputs over shared memory.
   */
  run(inputs: Readonly<Record<string, Tensor>>): Promise<readonly Output[]>;
  close(): Promise<void>;
}

/**
 * One thread (a pool of workers scales better; the default costs 1.75 times the CPU) and all graph optimisations.
 * `run` blocks its thread for the whole inference.
 */
export async function openSession(
  model: string,
  graph: Uint8Array,
  provider: Provider = "cpu",
): Promise<Session> {
  const session = await InferenceSession.create(graph, {
    executionProviders: [provider],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  }).catch((cause: unknown) => {
    const where = provider === "cpu" ? "" : ` on ${provider}`;
    throw new ModelError(model, `ONNX Runtime refuses it${where}: ${reasonOf(cause)}`, { cause });
  });
  let fetches: Record<string, Tensor> | undefined;
  let outputs: Output[] = [];
  let running = false;

  return { inputs: session.inputNames, run, close: () => session.release() };

  async function run(inputs: Readonly<Record<string, Tensor>>): Promise<readonly Output[]> {
    if (running) throw new ModelError(model, "two runs at once");
    running = true;
    try {
      const results = await (fetches === undefined ? session.run(inputs) : session.run(inputs, fetches));
      if (fetches === undefined) keep(results);
      else dropCopies(results);
      return outputs;
    } catch (cause) {
      throw cause instanceof ModelError
        ? cause
        : new ModelError(model, `inference: ${reasonOf(cause)}`, { cause });
    } finally {
      running = false;
    }
  }

  /**
   * The runtime writes where it was told to, and besides gives a fresh copy of every output: a megabyte a frame for a
   * detector, which called for a whole collection every eight frames.
   */
  function dropCopies(results: InferenceSession.OnnxValueMapType): void {
    for (const { name, data } of outputs) {
      const copy = results[name]?.data;
      if (copy instanceof Float32Array && copy.buffer !== data.buffer && copy.buffer instanceof ArrayBuffer)
        letGo(copy.buffer);
    }
  }

  function keep(results: InferenceSession.OnnxValueMapType): void {
    const kept: Record<string, Tensor> = {};
    outputs = session.outputNames.map((name) => {
      const tensor = results[name];
      if (!(tensor?.data instanceof Float32Array))
        throw new ModelError(model, `output ${name} holds no float32`);
      kept[name] = tensor;
      return { name, data: tensor.data, dims: tensor.dims };
    });
    fetches = kept;
  }
}

/** A session on raw pictures. */
export interface PictureSession {
  /** `rgb` is rgb24 of exactly the input's size; it is copied once, so it may lie in shared memory. */
  run(rgb: Uint8Array): Promise<readonly Output[]>;
  close(): Promise<void>;
}

/** Rejects with {@link ModelError} when the file is broken or the network can't take such a picture. */
export async function openPictureSession(
  model: ReadyModel,
  preparation: Preparation,
): Promise<PictureSession> {
  const { width, height } = preparation;
  const session = await openSession(
    model.name,
    await readGraph(model, (graph) => prepare(graph, preparation)),
    model.provider,
  );
  const pixels = new Uint8Array(width * height * 3);
  const inputs = { [RGB_INPUT]: new Tensor("uint8", pixels, [1, height, width, 3]) };

  return { run, close: () => session.close() };

  async function run(rgb: Uint8Array): Promise<readonly Output[]> {
    if (rgb.length !== pixels.length) {
      throw new ModelError(
        model.name,
        `a picture of ${rgb.length} bytes; ${width}×${height} rgb24 has ${pixels.length}`,
      );
    }
    pixels.set(rgb);
    return session.run(inputs);
  }
}

/** A session on cuts of larger pictures. */
export interface CutSession {
  /**
   * `rgb` is rgb24 of `width × height`, copied once, so it may lie in shared memory; its copy is kept for cuts until the
   * next call. Memory is allocated when a size comes for the first time.
   */
  load(rgb: Uint8Array, width: number, height: number): void;
  /** Runs on the cut with its upper left corner at (x, y) of the loaded picture. */
  runAt(x: number, y: number): Promise<readonly Output[]>;
  close(): Promise<void>;
}

/** Rejects with {@link ModelError} when the file is broken or the network can't take such a picture. */
export async function openCutSession(model: ReadyModel, preparation: Preparation): Promise<CutSession> {
  const session = await openSession(
    model.name,
    await readGraph(model, (graph) => prepare(graph, { ...preparation, cut: true })),
    model.provider,
  );
  const at = new BigInt64Array(2);
  const atTensor = new Tensor("int64", at, [2]);
  const bySize = new Map<string, Loaded>();
  let loaded: Loaded | undefined;

  return { load, runAt, close: () => session.close() };

  function load(rgb: Uint8Array, width: number, height: number): void {
    if (rgb.length !== width * height * 3 || width < preparation.width || height < preparation.height) {
      throw new ModelError(
        model.name,
        `a picture of ${rgb.length} bytes for ${width}×${height} rgb24, to be cut by ${preparation.width}×${preparation.height}`,
      );
    }
    const size = `${width}×${height}`;
    loaded = bySize.get(size);
    if (loaded === undefined) {
      const pixels = new Uint8Array(rgb.length);
      const inputs = {
        [RGB_INPUT]: new Tensor("uint8", pixels, [1, height, width, 3]),
        [AT_INPUT]: atTensor,
      };
      loaded = { pixels, inputs, width, height };
      bySize.set(size, loaded);
    }
    loaded.pixels.set(rgb);
  }

  async function runAt(x: number, y: number): Promise<readonly Output[]> {
    const { width, height } = preparation;
    if (loaded === undefined || x < 0 || y < 0 || x + width > loaded.width || y + height > loaded.height) {
      throw new ModelError(model.name, `no cut of ${width}×${height} at ${x}, ${y} of the picture`);
    }
    at[0] = BigInt(y);
    at[1] = BigInt(x);
    return session.run(loaded.inputs);
  }
}

interface Loaded {
  readonly pixels: Uint8Array;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly width: number;
  readonly height: number;
}

/** The network as it is, for callers that make its input themselves. Rejects with {@link ModelError}. */
export async function openNetwork(model: ReadyModel): Promise<Session> {
  return openSession(model.name, await readGraph(model, modernise), model.provider);
}

/** Runs a decoder; what it finds wrong with the outputs is said of the model. */
export function decoding<T>(model: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new ModelError(model, reasonOf(cause), { cause });
  }
}

async function readGraph(model: ReadyModel, change: (graph: ModelProto) => void): Promise<Uint8Array> {
  try {
    const graph = decodeModel(await readFile(model.path));
    change(graph);
    return encodeModel(graph);
  } catch (cause) {
    throw new ModelError(model.name, `${model.path}: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

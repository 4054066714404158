// Measures how long a model takes for one picture, on one thread of this machine.
import { Tensor } from "onnxruntime-node";
import { ALIGN_TEMPLATES } from "./align-template.ts";
import { openDensityReader } from "./density-reader.ts";
import { preparationOf } from "./detector.ts";
import { openFaceEmbedder } from "./face-embedder.ts";
import type { ReadyModel } from "./ready-model.ts";
import { openNetwork, openPictureSession } from "./session.ts";
import { openTextDetector } from "./text-detector.ts";
import { openTextReader } from "./text-reader.ts";

export interface BenchResult {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly runs: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

const WARM_UP_RUNS = 3;

/** A whole call as the product makes it, on a grey picture: these networks take as long for any picture. */
export async function benchModel(model: ReadyModel, runs: number): Promise<BenchResult> {
  const { width, height } = model.entry.input;
  const { run, close } = await openAny(model);
  const times: number[] = [];
  try {
    for (let i = -WARM_UP_RUNS; i < runs; i++) {
      const startMs = performance.now();
      await run();
      if (i >= 0) times.push(performance.now() - startMs);
    }
  } finally {
    await close();
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? NaN;
  return { name: model.name, width, height, runs, medianMs: at(0.5), p95Ms: at(0.95) };
}

interface Runnable {
  readonly run: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** Opens any model of the catalogue so that it can be run on nothing in particular. */
export async function openAny(model: ReadyModel): Promise<Runnable> {
  const { input, template, decoder } = model.entry;
  const { width, height } = input;
  if (template !== undefined) {
    const embedder = await openFaceEmbedder(model);
    const plane = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(128);
    const region = { width: 256, height: 256, y: plane(65_536), u: plane(16_384), v: plane(16_384) };
    const { points } = ALIGN_TEMPLATES[template];
    return {
      run: () => embedder.embed({ ...region, matrix: "bt601" }, points),
      close: () => embedder.close(),
    };
  }
  if (decoder === "cct" || decoder === "ctc") {
    const reader = await openTextReader(model);
    const picture = new Uint8Array(width * height * 3).fill(128);
    return { run: () => reader.read(picture), close: () => reader.close() };
  }
  if (decoder === "text-map" || decoder === "density") {
    const reader = decoder === "density" ? await openDensityReader(model) : await openTextDetector(model);
    const picture = new Uint8Array(width * height * 3).fill(128);
    return { run: () => reader.find(picture), close: () => reader.close() };
  }
  if (input.order === "grey") {
    const network = await openNetwork(model);
    const tensor = new Tensor("float32", new Float32Array(width * height), [1, 1, height, width]);
    return { run: () => network.run({ [network.inputs[0] ?? ""]: tensor }), close: () => network.close() };
  }
  const session = await openPictureSession(model, preparationOf(model.entry, input));
  const picture = new Uint8Array(width * height * 3).fill(128);
  return { run: () => session.run(picture), close: () => session.close() };
}

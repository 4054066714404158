// Turns a face into a vector: faces of one person point the same way.
import { Tensor } from "onnxruntime-node";
import { ALIGN_TEMPLATES } from "./align-template.ts";
import type { FacePoints } from "./decode/face.ts";
import { ModelError } from "./model-error.ts";
import { encodeModel } from "./onnx/codec.ts";
import { CHIP_INPUTS, faceChip } from "./onnx/face-chip.ts";
import type { ReadyModel } from "./ready-model.ts";
import { decoding, openNetwork, openSession } from "./session.ts";
import { inverse, type Similarity, similarity } from "./similarity.ts";
import { type YuvRegion, yuvToRgbMatrix } from "./yuv.ts";

export interface FaceEmbedder {
  /** Length of the vectors. */
  readonly dimensions: number;
  /**
   * `points` in pixels of the region. The vector has length 1, so the dot product of two is their cosine; it is the
   * caller's own. One call at a time. Rejects with {@link ModelError}, also for points that are no face.
   */
  embed(region: YuvRegion, points: FacePoints): Promise<Float32Array>;
  /**
   * The mean direction over several placements of the five points and the mirror image of each: an error of one
   * placement, or of one side's light, counts less. Costs two runs of the network for each placement.
   */
  embedMean(region: YuvRegion, placements: readonly FacePoints[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Samples per chip pixel and direction; the effect is in docs/models.md. */
const OVERSAMPLE = 2;

/** Rejects with {@link ModelError}, naming the model, when it can't be opened. */
export async function openFaceEmbedder(model: ReadyModel): Promise<FaceEmbedder> {
  const { entry, name } = model;
  const { order, mean, std, width: size } = entry.input;
  if (entry.template === undefined || order === "grey") {
    throw new ModelError(name, `is no face embedder (${entry.task})`);
  }
  const template = ALIGN_TEMPLATES[entry.template];
  const network = await openNetwork(model);
  const cutter = await openSession(
    name,
    encodeModel(faceChip({ size, order, mean, std, oversample: OVERSAMPLE })),
  );
  const networkInput = network.inputs[0] ?? "";
  const blank = new Tensor("float32", new Float32Array(3 * size * size), [1, 3, size, size]);
  const dimensions = (await network.run({ [networkInput]: blank }))[0]?.data.length ?? 0;

  return { dimensions, embed: (region, points) => embedOne(region, points, false), embedMean, close };

  async function embedMean(region: YuvRegion, placements: readonly FacePoints[]): Promise<Float32Array> {
    const sum = new Float32Array(dimensions);
    for (const points of placements) {
      for (const mirrored of [false, true]) {
        const vector = await embedOne(region, points, mirrored);
        for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] as number) + (vector[i] as number);
      }
    }
    return decoding(name, () => normalised(sum));
  }

  async function embedOne(region: YuvRegion, points: FacePoints, mirrored: boolean): Promise<Float32Array> {
    const toRegion = decoding(name, () => inverse(similarity(points, template.points)));
    const [chip] = await cutter.run(chipInputs(region, toRegion, mirrored ? size - 1 : undefined));
    if (chip === undefined) throw new ModelError(name, "no face chip came out");
    const [output] = await network.run({ [networkInput]: new Tensor("float32", chip.data, chip.dims) });
    return decoding(name, () => normalised(output?.data ?? new Float32Array()));
  }

  async function close(): Promise<void> {
    await cutter.close();
    await network.close();
  }
}

/** `mirrorAt`: the chip's last column, to which column 0 goes; undefined for the picture as it is. */
function chipInputs(
  region: YuvRegion,
  toRegion: Similarity,
  mirrorAt: number | undefined,
): Record<string, Tensor> {
  const { width, height } = region;
  const plane = (bytes: Uint8Array, w: number, h: number): Tensor =>
    // A copy of shared memory is not shared.
    new Tensor("uint8", bytes.buffer instanceof SharedArrayBuffer ? bytes.slice() : bytes, [1, 1, h, w]);
  const { a, b, tx, ty } = toRegion;
  const lumaMap = Float32Array.of(
    ...[(2 * a) / width, (2 * b) / height],
    ...[(-2 * b) / width, (2 * a) / height],
    ...[(2 * tx + 1) / width - 1, (2 * ty + 1) / height - 1],
  );
  if (mirrorAt !== undefined) {
    for (const axis of [0, 1]) {
      const across = lumaMap[axis] ?? 0;
      lumaMap[4 + axis] = (lumaMap[4 + axis] ?? 0) + mirrorAt * across;
      lumaMap[axis] = -across;
    }
  }
  // H.264 takes chroma at the left one of two luma pixels: half a luma pixel left of where GridSample sees it.
  const chromaMap = lumaMap.slice();
  chromaMap[4] = (lumaMap[4] ?? 0) + 1 / width;
  return {
    [CHIP_INPUTS.y]: plane(region.y, width, height),
    [CHIP_INPUTS.u]: plane(region.u, width / 2, height / 2),
    [CHIP_INPUTS.v]: plane(region.v, width / 2, height / 2),
    [CHIP_INPUTS.lumaMap]: new Tensor("float32", lumaMap, [3, 2]),
    [CHIP_INPUTS.chromaMap]: new Tensor("float32", chromaMap, [3, 2]),
    [CHIP_INPUTS.colour]: new Tensor("float32", Float32Array.from(yuvToRgbMatrix(region.matrix)), [3, 3]),
  };
}

/** A copy of length 1. Throws when there is no length to divide by. */
function normalised(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  if (!(length > 0) || !Number.isFinite(length)) throw new Error(`an embedding of length ${length}`);
  return vector.map((x) => x / length);
}

// A small network of people's density made here: each cell of eight by eight pixels has as many people as it is bright.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GraphBuilder } from "../../../models/onnx/build.ts";
import { encodeModel } from "../../../models/onnx/codec.ts";
import { DATA_TYPE } from "../../../models/onnx/proto.ts";
import type { ReadyModel } from "../../../models/ready-model.ts";

export const DENSITY_INPUT = { width: 64, height: 48 } as const;
const CELL = 8;

/** A white cell has one person; `dims` other than its own make it a broken one. */
export function densityModel(folder: string, dims?: readonly number[]): ReadyModel {
  const { width, height } = DENSITY_INPUT;
  const own = [1, 1, height / CELL, width / CELL];
  const graph = new GraphBuilder();
  const picture = graph.input("images", DATA_TYPE.float, [1, 3, height, width]);
  const grey = graph.op("ReduceMean", [picture, graph.ints([1])], { keepdims: 1 });
  const pooled = graph.op("AveragePool", [grey], { kernel_shape: [CELL, CELL], strides: [CELL, CELL] });
  graph.op("Reshape", [pooled, graph.ints(dims ?? own)], {}, "density");
  graph.output("density", DATA_TYPE.float, dims ?? own);
  const bytes = encodeModel(graph.build("density"));
  const name = dims === undefined ? "crowd-map" : "broken-map";
  const file = `${name}.onnx`;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  writeFileSync(join(folder, file), bytes);
  return {
    name,
    task: "people-density",
    path: join(folder, file),
    sha256,
    entry: {
      name,
      task: "people-density",
      licence: "MIT",
      origin: "made by a test",
      documented: true,
      file,
      bytes: bytes.length,
      sha256,
      sources: [`https://models.invalid/${file}`],
      input: {
        layout: "nchw",
        width,
        height,
        order: "rgb",
        mean: [0, 0, 0],
        std: [255, 255, 255],
        fit: "stretch",
        pad: 0,
      },
      decoder: "density",
      accuracy: "not measured",
    },
  };
}

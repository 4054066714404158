// A small detector made here, right or broken in one way, for tests of what a box does with it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GraphBuilder } from "../../../models/onnx/build.ts";
import { encodeModel } from "../../../models/onnx/codec.ts";
import { DATA_TYPE } from "../../../models/onnx/proto.ts";
import type { ReadyModel } from "../../../models/ready-model.ts";

export type Breakage = "none" | "nan" | "shape" | "cut";

const SIZE = 32;

/** End-to-end layout: one box in the middle, as likely as the picture is bright. */
export function brokenModel(folder: string, breakage: Breakage): ReadyModel {
  const graph = new GraphBuilder();
  const picture = graph.input("images", DATA_TYPE.float, [1, 3, SIZE, SIZE]);
  const mean = graph.op("ReduceMean", [picture, graph.ints([0, 1, 2, 3])], { keepdims: 0 });
  const score = graph.op("Reshape", [mean, graph.ints([1])]);
  const box = graph.floats([12, breakage === "nan" ? NaN : 7, 20, 17]);
  const row = graph.op("Concat", [box, score, graph.floats([0])], { axis: 0 });
  const dims = breakage === "shape" ? [1, 6, 1] : [1, 1, 6];
  graph.op("Reshape", [row, graph.ints(dims)], {}, "boxes");
  graph.output("boxes", DATA_TYPE.float, dims);
  const bytes = encodeModel(graph.build("own"));
  const name = `broken-${breakage}`;
  const path = join(folder, `${name}.onnx`);
  writeFileSync(path, breakage === "cut" ? bytes.subarray(0, bytes.length >> 1) : bytes);
  return {
    name,
    task: "detect",
    path,
    sha256: "0".repeat(64),
    entry: {
      name,
      task: "detect",
      licence: "MIT",
      origin: "made by a test",
      documented: true,
      file: `${name}.onnx`,
      bytes: bytes.length,
      sha256: "0".repeat(64),
      input: {
        layout: "nchw",
        width: SIZE,
        height: SIZE,
        order: "rgb",
        std: [255, 255, 255],
        fit: "stretch",
        pad: 114,
      },
      decoder: "end-to-end",
      classes: ["person"],
      accuracy: "not measured",
    },
  };
}

// dlib's face recognition ResNet as an ONNX graph, from the weights that face-api publishes without a graph.
import { GraphBuilder } from "../onnx/build.ts";
import { DATA_TYPE, type ModelProto } from "../onnx/proto.ts";
import type { Weight } from "./weights.ts";

/** Blocks in order with their channels; a `down` block halves the picture. (dlib, dnn_face_recognition_ex.cpp.) */
const BLOCKS: readonly { readonly name: string; readonly channels: number; readonly down: boolean }[] = [
  ...["conv32_1", "conv32_2", "conv32_3"].map((name) => ({ name, channels: 32, down: false })),
  { name: "conv64_down", channels: 64, down: true },
  ...["conv64_1", "conv64_2", "conv64_3"].map((name) => ({ name, channels: 64, down: false })),
  { name: "conv128_down", channels: 128, down: true },
  ...["conv128_1", "conv128_2"].map((name) => ({ name, channels: 128, down: false })),
  { name: "conv256_down", channels: 256, down: true },
  ...["conv256_1", "conv256_2"].map((name) => ({ name, channels: 256, down: false })),
  { name: "conv256_down_out", channels: 256, down: true },
];

const SIZE = 150;
const DIMENSIONS = 128;

/** Input `face` [1, 3, 150, 150], output `embedding` [1, 128]. Throws, naming the weight, when one is missing. */
export function dlibResnet(name: string, weights: ReadonlyMap<string, Weight>): ModelProto {
  const graph = new GraphBuilder();
  const weight = (key: string): Weight => {
    const found = weights.get(key);
    if (found === undefined) throw new Error(`no weight ${key}`);
    return found;
  };

  /** A convolution and the scale after it, folded into one; every kernel is square. */
  const convolve = (input: string, key: string, stride: number): string => {
    const { data, shape } = weight(`${key}/conv/filters`);
    const [size = 0, , inputs = 0, outputs = 0] = shape;
    const scale = weight(`${key}/scale/weights`).data;
    const shift = weight(`${key}/scale/biases`).data;
    const bias = weight(`${key}/conv/bias`).data;
    const folded = new Float32Array(data.length);
    for (let i = 0; i < data.length; i++) {
      const output = i % outputs;
      const channel = Math.floor(i / outputs) % inputs;
      const pixel = Math.floor(i / (outputs * inputs));
      folded[(output * inputs + channel) * size * size + pixel] = (data[i] ?? 0) * (scale[output] ?? 0);
    }
    const offset = Float32Array.from(bias, (value, o) => value * (scale[o] ?? 0) + (shift[o] ?? 0));
    return graph.op(
      "Conv",
      [input, graph.constant(folded, [outputs, inputs, size, size]), graph.constant(offset, [outputs])],
      {
        kernel_shape: [size, size],
        strides: [stride, stride],
        auto_pad: stride === 1 ? "SAME_UPPER" : "VALID",
      },
    );
  };

  let value = graph.input("face", DATA_TYPE.float, [1, 3, SIZE, SIZE]);
  value = graph.op("Relu", [convolve(value, "conv32_down", 2)]);
  value = graph.op("MaxPool", [value], { kernel_shape: [3, 3], strides: [2, 2] });
  let channels = 32;
  let side = 35;
  for (const block of BLOCKS) {
    const first = graph.op("Relu", [convolve(value, `${block.name}/conv1`, block.down ? 2 : 1)]);
    let branch = convolve(first, `${block.name}/conv2`, 1);
    let shortcut = value;
    if (block.down) {
      shortcut = graph.op("AveragePool", [value], { kernel_shape: [2, 2], strides: [2, 2] });
      const halved = Math.floor(side / 2);
      // An unpadded convolution ends one pixel short of the pooled picture when the side is even; dlib adds zeros.
      const missing = halved - (Math.floor((side - 3) / 2) + 1);
      if (missing > 0) branch = padded(branch, [0, 0, missing, missing]);
      if (block.channels > channels) shortcut = padded(shortcut, [0, block.channels - channels, 0, 0]);
      side = halved;
      channels = block.channels;
    }
    value = graph.op("Relu", [graph.op("Add", [branch, shortcut])]);
  }
  const pooled = graph.op("ReduceMean", [value, graph.ints([2, 3])], { keepdims: 0 });
  const { data, shape } = weight("fc");
  graph.op("MatMul", [pooled, graph.constant(data, shape)], {}, "embedding");
  graph.output("embedding", DATA_TYPE.float, [1, DIMENSIONS]);
  return graph.build(name);

  /** Zeros after the existing values of each axis. */
  function padded(input: string, after: readonly number[]): string {
    return graph.op("Pad", [input, graph.ints([0, 0, 0, 0, ...after])]);
  }
}

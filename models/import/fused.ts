// What TensorFlow fuses into a convolution or a matrix product: a bias, then an activation.
import { stringsOf } from "./tfjs-graph.ts";
import type { Conversion } from "./tfjs-to-onnx.ts";

/** Adds the activation as a node from `value` to `output`. */
type Activation = (c: Conversion, value: string, output: string) => void;

const plain =
  (opType: string): Activation =>
  (c, value, output) =>
    void c.builder.op(opType, [value], {}, output);

export const relu6: Activation = (c, value, output) => {
  c.builder.op("Clip", [value, c.builder.floats([0], []), c.builder.floats([6], [])], {}, output);
};

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  Relu: plain("Relu"),
  Relu6: relu6,
  Elu: plain("Elu"),
  Sigmoid: plain("Sigmoid"),
  Tanh: plain("Tanh"),
  // One slope per channel, the last axis: it broadcasts over NHWC as it is. Slopes follow the bias.
  Prelu: (c, value, output) =>
    void c.builder.op("PRelu", [value, c.inputs[3] ?? c.fail("has no slopes")], {}, output),
};

export interface Fused {
  /** Name of the bias, if one is added. */
  readonly bias: string | undefined;
  /** Where the product itself is to be written; `finish` then leads to the node's own name. */
  readonly output: string;
  readonly finish: () => void;
}

/** Throws, naming the node, when something unknown is fused into it. */
export function fusedInto(c: Conversion): Fused {
  const names = stringsOf(c.node, "fused_ops");
  const biased = names.includes("BiasAdd");
  const [name, ...more] = names.filter((fused) => fused !== "BiasAdd");
  const activation = name === undefined ? undefined : ACTIVATIONS[name];
  if (more.length > 0 || (name !== undefined && activation === undefined))
    c.fail(`has ${names.join(" + ")} fused in`);
  const output = activation === undefined ? c.node.name : c.builder.fresh("unactivated");
  return {
    bias: biased ? (c.inputs[2] ?? c.fail("has no bias")) : undefined,
    output,
    finish: () => activation?.(c, output, c.node.name),
  };
}

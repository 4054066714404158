// TF.js operations that work on each number by itself, or fold numbers along axes.
import { DATA_TYPE } from "../onnx/proto.ts";
import { fusedInto, relu6 } from "./fused.ts";
import { typeOf } from "./tfjs-graph.ts";
import type { Conversion, Converter } from "./tfjs-to-onnx.ts";

/** The same operation under ONNX's name. */
const same =
  (opType: string, count: number): Converter =>
  (c) =>
    void c.builder.op(opType, c.inputs.slice(0, count), {}, c.node.name);

const isInteger = (c: Conversion): boolean => (typeOf(c.node, "T") ?? "DT_FLOAT") !== "DT_FLOAT";

/** Rounds towards minus infinity: ONNX's integer division rounds towards zero, but its Mod follows the divisor's sign. */
const floorDiv: Converter = (c) => {
  const [a = "", b = ""] = c.inputs;
  if (isInteger(c)) {
    const rest = c.builder.op("Mod", [a, b]);
    c.builder.op("Div", [c.builder.op("Sub", [a, rest]), b], {}, c.node.name);
  } else {
    c.builder.op("Floor", [c.builder.op("Div", [a, b])], {}, c.node.name);
  }
};

const floorMod: Converter = (c) => {
  const [a = "", b = ""] = c.inputs;
  if (isInteger(c)) {
    c.builder.op("Mod", [a, b], {}, c.node.name);
  } else {
    const whole = c.builder.op("Floor", [c.builder.op("Div", [a, b])]);
    c.builder.op("Sub", [a, c.builder.op("Mul", [whole, b])], {}, c.node.name);
  }
};

/** With what is fused into it. */
const matMul: Converter = (c) => {
  if (["transpose_a", "transpose_b"].some((key) => c.node.attr?.[key]?.b === true))
    c.fail("transposes an operand");
  const { bias, output, finish } = fusedInto(c);
  const product = bias === undefined ? output : c.builder.fresh("product");
  c.builder.op("MatMul", c.inputs.slice(0, 2), {}, product);
  if (bias !== undefined) c.builder.op("Add", [product, bias], {}, output);
  finish();
};

const leakyRelu: Converter = (c) => {
  const alpha = c.node.attr?.["alpha"]?.f ?? 0.2;
  c.builder.op("LeakyRelu", [c.inputs[0] ?? ""], { alpha: { f: alpha } }, c.node.name);
};

/** Slopes have one value per channel, the last axis, so they broadcast as they are. */
const prelu: Converter = (c) => void c.builder.op("PRelu", c.inputs.slice(0, 2), {}, c.node.name);

const squaredDifference: Converter = (c) => {
  const difference = c.builder.op("Sub", c.inputs.slice(0, 2));
  c.builder.op("Mul", [difference, difference], {}, c.node.name);
};

const rsqrt: Converter = (c) => {
  c.builder.op("Reciprocal", [c.builder.op("Sqrt", [c.inputs[0] ?? ""])], {}, c.node.name);
};

const softmax: Converter = (c) =>
  void c.builder.op("Softmax", [c.inputs[0] ?? ""], { axis: -1 }, c.node.name);

const CASTS: Readonly<Record<string, number>> = {
  DT_FLOAT: DATA_TYPE.float,
  DT_INT32: DATA_TYPE.int32,
  DT_BOOL: DATA_TYPE.bool,
};
const cast: Converter = (c) => {
  const to = CASTS[typeOf(c.node, "DstT") ?? ""] ?? c.fail("casts to an unknown type");
  c.builder.op("Cast", [c.inputs[0] ?? ""], { to }, c.node.name);
};

function reduction(opType: string): Converter {
  return (c) => {
    const keepdims = c.node.attr?.["keep_dims"]?.b === true ? 1 : 0;
    c.builder.op(opType, [c.inputs[0] ?? "", c.builder.ints(c.ints(1))], { keepdims }, c.node.name);
  };
}

export const elementwiseOps: Readonly<Record<string, Converter>> = {
  Identity: same("Identity", 1),
  Add: same("Add", 2),
  AddV2: same("Add", 2),
  BiasAdd: same("Add", 2),
  Sub: same("Sub", 2),
  Mul: same("Mul", 2),
  RealDiv: same("Div", 2),
  Maximum: same("Max", 2),
  Minimum: same("Min", 2),
  Pow: same("Pow", 2),
  FloorDiv: floorDiv,
  FloorMod: floorMod,
  SquaredDifference: squaredDifference,
  Equal: same("Equal", 2),
  Greater: same("Greater", 2),
  Less: same("Less", 2),
  Relu: same("Relu", 1),
  Relu6: (c) => relu6(c, c.inputs[0] ?? "", c.node.name),
  LeakyRelu: leakyRelu,
  Prelu: prelu,
  Sigmoid: same("Sigmoid", 1),
  Tanh: same("Tanh", 1),
  Exp: same("Exp", 1),
  Sqrt: same("Sqrt", 1),
  Rsqrt: rsqrt,
  Neg: same("Neg", 1),
  Abs: same("Abs", 1),
  Floor: same("Floor", 1),
  Softmax: softmax,
  Cast: cast,
  MatMul: matMul,
  _FusedMatMul: matMul,
  Mean: reduction("ReduceMean"),
  Sum: reduction("ReduceSum"),
  Max: reduction("ReduceMax"),
  Min: reduction("ReduceMin"),
};

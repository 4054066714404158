// TF.js operations that move numbers without changing them: reshape, slice, gather, concatenate, top-k.
import { DATA_TYPE } from "../onnx/proto.ts";
import type { Conversion, Converter } from "./tfjs-to-onnx.ts";

/** Larger than any dimension: "to the end" for ONNX's Slice. */
const END = 0x7fffffff;

const data = (c: Conversion): string => c.inputs[0] ?? "";

const reshape: Converter = (c) =>
  void c.builder.op("Reshape", [data(c), c.builder.ints(c.ints(1))], {}, c.node.name);

const expandDims: Converter = (c) =>
  void c.builder.op("Unsqueeze", [data(c), c.builder.ints(c.ints(1))], {}, c.node.name);

const squeeze: Converter = (c) => {
  const axes = (c.node.attr?.["squeeze_dims"]?.list?.i ?? []).map(Number);
  c.builder.op("Squeeze", axes.length === 0 ? [data(c)] : [data(c), c.builder.ints(axes)], {}, c.node.name);
};

const transpose: Converter = (c) =>
  void c.builder.op("Transpose", [data(c)], { perm: c.ints(1) }, c.node.name);

/** The axis is the last input. */
const concat: Converter = (c) => {
  const axis = c.ints(c.inputs.length - 1)[0] ?? c.fail("has no axis");
  c.builder.op("Concat", c.inputs.slice(0, -1), { axis }, c.node.name);
};

const gather: Converter = (c) => {
  if (Number(c.node.attr?.["batch_dims"]?.i ?? 0) !== 0) c.fail("gathers in batches");
  const axis = c.ints(2)[0] ?? c.fail("has no axis");
  c.builder.op("Gather", c.inputs.slice(0, 2), { axis }, c.node.name);
};

/** TensorFlow's indices are int32, ONNX's int64. */
const topK: Converter = (c) => {
  const indices = c.builder.fresh("indices");
  c.builder.opWith("TopK", [data(c), c.builder.ints(c.ints(1))], [c.node.name, indices], {
    axis: -1,
    sorted: 1,
  });
  c.builder.op("Cast", [indices], { to: DATA_TYPE.int32 }, `${c.node.name}:1`);
};

/** Masks are bit sets over the dimensions: the bound of a set bit is ignored, or its dimension dropped. */
const stridedSlice: Converter = (c) => {
  const mask = (key: string): number => Number(c.node.attr?.[key]?.i ?? 0);
  if (mask("ellipsis_mask") !== 0 || mask("new_axis_mask") !== 0) c.fail("has an ellipsis or a new axis");
  const [begin, end, strides] = [c.ints(1), c.ints(2), c.ints(3)];
  const dropped = begin.flatMap((_, i) => ((mask("shrink_axis_mask") >> i) & 1 ? [i] : []));
  const ignored = (key: string, i: number): boolean => ((mask(key) >> i) & 1) === 1;
  const starts = begin.map((from, i) =>
    ignored("begin_mask", i) ? ((strides[i] ?? 1) > 0 ? 0 : END) : from,
  );
  const ends = end.map((to, i) => {
    // Dropping a dimension takes one element; from −1 that is "to the end".
    if (dropped.includes(i)) return starts[i] === -1 ? END : (starts[i] ?? 0) + 1;
    return ignored("end_mask", i) ? ((strides[i] ?? 1) > 0 ? END : -END) : to;
  });
  const bounds = [starts, ends, begin.map((_, i) => i), strides].map((values) => c.builder.ints(values));
  const sliced = dropped.length > 0 ? c.builder.fresh("sliced") : c.node.name;
  c.builder.op("Slice", [data(c), ...bounds], {}, sliced);
  if (dropped.length > 0) c.builder.op("Squeeze", [sliced, c.builder.ints(dropped)], {}, c.node.name);
};

const slice: Converter = (c) => {
  const begin = c.ints(1);
  const ends = c.ints(2).map((size, i) => (size === -1 ? END : (begin[i] ?? 0) + size));
  const bounds = [begin, ends].map((values) => c.builder.ints(values));
  c.builder.op("Slice", [data(c), ...bounds], {}, c.node.name);
};

/** TensorFlow pairs begin and end per dimension; ONNX lists all begins, then all ends. */
const pad: Converter = (c) => {
  const pairs = c.ints(1);
  const pads = [0, 1].flatMap((side) => pairs.filter((_, i) => i % 2 === side));
  const value = c.inputs[2] === undefined ? [] : [c.inputs[2]];
  c.builder.op("Pad", [data(c), c.builder.ints(pads), ...value], {}, c.node.name);
};

export const shapeOps: Readonly<Record<string, Converter>> = {
  Reshape: reshape,
  ExpandDims: expandDims,
  Squeeze: squeeze,
  Transpose: transpose,
  ConcatV2: concat,
  GatherV2: gather,
  TopKV2: topK,
  StridedSlice: stridedSlice,
  Slice: slice,
  Pad: pad,
  PadV2: pad,
};

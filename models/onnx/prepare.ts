// Gives a network an input of raw rgb24 pixels: layout, channel order, mean and scale become nodes of its graph.
import { IR_VERSION, node, tensor, valueInfo } from "./build.ts";
import {
  ATTRIBUTE_TYPE,
  DATA_TYPE,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
} from "./proto.ts";

/** Name of the prepared input: uint8, [1, height, width, 3], rgb24 as ffmpeg writes it. */
export const RGB_INPUT = "ngatu/rgb";
/** Name of the second input of a network that cuts: int64, [row, column] of the cut's upper left corner. */
export const AT_INPUT = "ngatu/at";

/** What the network itself expects. A value x of 0…255 reaches it as (x − mean) / std. */
export interface Numbers {
  readonly layout: "nchw" | "nhwc";
  /** `grey`: a single channel, luma of BT.601; for layout nchw. */
  readonly order: "rgb" | "bgr" | "grey";
  /** One per channel, in the network's own channel order; absent: the values stay 0…255. */
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
}

export interface Preparation extends Numbers {
  readonly width: number;
  readonly height: number;
  /** Outputs to keep, in this order; the others are no longer computed. Absent: all. */
  readonly outputs?: readonly string[] | undefined;
  /**
   * Takes a picture of any size and cuts `width × height` out of it at {@link AT_INPUT}: tiles, without a copy in
   * JavaScript. For operator sets from 10 on.
   */
  readonly cut?: boolean | undefined;
}

/**
 * Changes `model` in place. The nodes exist since operator set 7, so a network of any age takes them unchanged.
 * A fully convolutional network takes the new width and height: fixed sizes are forgotten everywhere but at the input.
 * Throws when the model's input isn't one picture of three channels (of one, for a grey network), or an output to keep is missing.
 */
export function prepare(model: ModelProto, wanted: Preparation): void {
  modernise(model);
  const { graph } = model;
  const input = graph.input[0];
  const rank = input?.type?.tensorType?.shape?.dim.length;
  if (input === undefined || graph.input.length !== 1 || rank !== 4) {
    throw new Error("expected one input of four dimensions");
  }
  const channels = Number(
    input.type?.tensorType?.shape?.dim[wanted.layout === "nchw" ? 1 : 3]?.dimValue ?? 3,
  );
  const expected = wanted.order === "grey" ? 1 : 3;
  if (channels !== expected)
    throw new Error(`expected ${expected} channels (${wanted.layout}), the input has ${channels}`);
  const cut = wanted.cut === true ? cutNodes(wanted) : { nodes: [], constants: [], output: RGB_INPUT };
  const elemType = input.type?.tensorType?.elemType ?? DATA_TYPE.float;
  const front = frontNodes(cut.output, input.name, elemType, wanted);
  graph.node = [...cut.nodes, ...front.nodes, ...graph.node];
  graph.initializer = [...graph.initializer, ...cut.constants, ...front.constants];
  graph.input =
    wanted.cut === true
      ? [
          valueInfo(RGB_INPUT, DATA_TYPE.uint8, [1, "picture_height", "picture_width", 3]),
          valueInfo(AT_INPUT, DATA_TYPE.int64, [2]),
        ]
      : [valueInfo(RGB_INPUT, DATA_TYPE.uint8, [1, wanted.height, wanted.width, 3])];
  if (wanted.outputs !== undefined) keepOutputs(graph, wanted.outputs);
  forgetSizes(graph);
}

/** Before IR 4 every constant was also an input, which keeps ONNX Runtime from folding it. */
export function modernise(model: ModelProto): void {
  const { graph } = model;
  const constants = new Set(graph.initializer.map((constant) => constant.name));
  graph.input = graph.input.filter((value) => !constants.has(value.name));
  model.irVersion = Math.max(IR_VERSION, Number(model.irVersion));
}

/** The reshape changes nothing: it tells ONNX Runtime the size, so that the rest is optimised as for a fixed input. */
function cutNodes({ width, height }: Preparation): {
  nodes: NodeProto[];
  constants: TensorProto[];
  output: string;
} {
  const ints = (name: string, values: readonly number[]): TensorProto =>
    tensor(name, BigInt64Array.from(values, BigInt), [values.length]);
  return {
    nodes: [
      node("Add", [AT_INPUT, "ngatu/cut_size"], ["ngatu/cut_end"]),
      node("Slice", [RGB_INPUT, AT_INPUT, "ngatu/cut_end", "ngatu/cut_axes"], ["ngatu/cut_loose"]),
      node("Reshape", ["ngatu/cut_loose", "ngatu/cut_shape"], ["ngatu/cut"]),
    ],
    constants: [
      ints("ngatu/cut_size", [height, width]),
      ints("ngatu/cut_axes", [1, 2]),
      ints("ngatu/cut_shape", [1, height, width, 3]),
    ],
    output: "ngatu/cut",
  };
}

/** Reordering happens on bytes, before the cast: a quarter of the memory traffic. */
function frontNodes(
  source: string,
  target: string,
  elemType: number,
  { layout, order, mean, std }: Numbers,
): { nodes: NodeProto[]; constants: TensorProto[] } {
  const nodes: NodeProto[] = [];
  const constants: TensorProto[] = [];
  let value = source;
  const add = (
    opType: string,
    inputs: string[],
    attributes: Parameters<typeof node>[3],
    last = false,
  ): void => {
    const output = last ? target : `ngatu/front_${nodes.length}`;
    nodes.push(node(opType, [value, ...inputs], [output], attributes));
    value = output;
  };
  const perChannel = (name: string, values: readonly number[]): string => {
    const dims = layout === "nchw" ? [1, values.length, 1, 1] : [1, 1, 1, values.length];
    constants.push(tensor(name, Float32Array.from(values), dims));
    return name;
  };
  if (layout === "nchw") add("Transpose", [], { perm: [0, 3, 1, 2] });
  if (order === "bgr") {
    constants.push(tensor("ngatu/reversed", BigInt64Array.from([2n, 1n, 0n]), [3]));
    add("Gather", ["ngatu/reversed"], { axis: layout === "nchw" ? 1 : 3 });
  }
  const scaled = std !== undefined && std.some((s) => s !== 1);
  const shifted = mean !== undefined && mean.some((m) => m !== 0);
  const grey = order === "grey";
  add("Cast", [], { to: elemType }, !scaled && !shifted && !grey);
  if (grey) {
    if (layout !== "nchw") throw new Error("a grey network takes nchw");
    constants.push(tensor("ngatu/luma", Float32Array.from([0.299, 0.587, 0.114]), [1, 3, 1, 1]));
    add("Conv", ["ngatu/luma"], {}, !scaled && !shifted);
  }
  if (shifted) add("Sub", [perChannel("ngatu/mean", mean)], {}, !scaled);
  if (scaled) add("Div", [perChannel("ngatu/std", std)], {}, true);
  return { nodes, constants };
}

/** Keeps the named outputs and only the nodes and constants that they need. */
function keepOutputs(graph: GraphProto, names: readonly string[]): void {
  graph.output = names.map((name) => {
    const output = graph.output.find((value) => value.name === name);
    if (output === undefined) throw new Error(`no output ${name}`);
    return output;
  });
  // A node with a graph inside (If, Loop) may use any name of the outer one: then everything stays.
  if (graph.node.some((candidate) => candidate.attribute.some(({ type }) => type === ATTRIBUTE_TYPE.graph)))
    return;
  const needed = new Set(names);
  // Nodes stand in running order, so one pass backwards finds everything that leads to the outputs.
  graph.node = graph.node
    .toReversed()
    .filter((candidate) => {
      if (!candidate.output.some((name) => needed.has(name))) return false;
      for (const name of candidate.input) needed.add(name);
      return true;
    })
    .toReversed();
  graph.initializer = graph.initializer.filter((constant) => needed.has(constant.name));
}

/** ONNX Runtime infers the sizes again from the input's. */
function forgetSizes(graph: GraphProto): void {
  graph.valueInfo = [];
  graph.output = graph.output.map((output) => ({
    name: output.name,
    type: { tensorType: { elemType: output.type?.tensorType?.elemType ?? DATA_TYPE.float } },
  }));
}

// Turns a TF.js graph model into an ONNX model that computes the same numbers.
import { GraphBuilder } from "../onnx/build.ts";
import { DATA_TYPE, type DataType, type ModelProto } from "../onnx/proto.ts";
import { convolutionOps } from "./ops-convolution.ts";
import { elementwiseOps } from "./ops-elementwise.ts";
import { shapeOps } from "./ops-shape.ts";
import { type TfGraph, type TfNode, typeOf, valueName } from "./tfjs-graph.ts";
import type { Weight } from "./weights.ts";

/** What the conversion of one node sees. */
export interface Conversion {
  readonly builder: GraphBuilder;
  readonly node: TfNode;
  /** Names of the node's inputs in the ONNX graph. */
  readonly inputs: readonly string[];
  /** The constant behind an input; throws, naming the node, when the value is computed. */
  constant(index: number): Weight;
  ints(index: number): number[];
  fail(reason: string): never;
}

/** Adds the node to the graph; its first output must be called `node.name`, further ones `node.name:1` and so on. */
export type Converter = (conversion: Conversion) => void;

const CONVERTERS: Readonly<Record<string, Converter>> = { ...convolutionOps, ...elementwiseOps, ...shapeOps };
const TYPES: Readonly<Record<string, DataType>> = { DT_FLOAT: DATA_TYPE.float, DT_INT32: DATA_TYPE.int32 };

/**
 * Tensors keep TensorFlow's NHWC layout; a convolution stands between two transposes, which ONNX Runtime removes
 * where they meet. Throws, naming operation and node, when an operation is unknown or used in a way that isn't known.
 */
export function tfjsToOnnx(name: string, graph: TfGraph, weights: ReadonlyMap<string, Weight>): ModelProto {
  const builder = new GraphBuilder();
  const aliases = new Map<string, string>();
  const wanted = new Set(graph.outputs);
  for (const node of inOrder(graph.nodes)) {
    if (node.op === "Const") {
      const weight = weights.get(node.name);
      if (weight === undefined) throw new Error(`no weights for ${node.name}`);
      builder.constant(weight.data, weight.shape, node.name);
    } else if (node.op === "Placeholder") {
      const type = TYPES[typeOf(node, "dtype") ?? ""];
      if (type === undefined) throw new Error(`input ${node.name} has an unknown type`);
      const dims = node.attr?.["shape"]?.shape?.dim ?? [];
      builder.input(
        node.name,
        type,
        dims.map(({ size }, i) => (Number(size) > 0 ? Number(size) : `d${i}`)),
      );
    } else if (node.op === "Identity" && !wanted.has(node.name)) {
      aliases.set(node.name, resolve(node.input?.[0] ?? ""));
    } else {
      const converter = CONVERTERS[node.op];
      if (converter === undefined) throw new Error(`operation ${node.op} (${node.name}) can't be imported`);
      converter(conversionOf(node));
    }
  }
  for (const output of graph.outputs) builder.output(output, DATA_TYPE.float);
  return builder.build(name);

  function resolve(input: string): string {
    const value = valueName(input);
    return aliases.get(value) ?? value;
  }

  function conversionOf(node: TfNode): Conversion {
    const inputs = (node.input ?? []).filter((input) => !input.startsWith("^")).map(resolve);
    const fail = (reason: string): never => {
      throw new Error(`${node.op} (${node.name}) ${reason}`);
    };
    const constant = (index: number): Weight =>
      weights.get(inputs[index] ?? "") ??
      fail(`takes input ${index} from a computation; only a constant is known`);
    return {
      builder,
      node,
      inputs,
      constant,
      ints: (index) => Array.from(constant(index).data, Number),
      fail,
    };
  }
}

/** TF.js stores nodes in any order; ONNX wants each after those it reads. */
function inOrder(nodes: readonly TfNode[]): TfNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const done = new Set<TfNode>();
  const ordered: TfNode[] = [];
  // A stack of our own: graphs are thousands of nodes deep.
  for (const root of nodes) {
    const stack = [root];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const waiting = (node.input ?? [])
        .map((input) => byName.get(input.replace(/^\^/, "").replace(/:\d+$/, "")))
        .filter((input) => input !== undefined && !done.has(input)) as TfNode[];
      const first = waiting[0];
      if (first !== undefined && !done.has(node)) {
        if (stack.includes(first)) throw new Error(`the graph has a loop at ${first.name}`);
        stack.push(first);
        continue;
      }
      stack.pop();
      if (!done.has(node)) {
        done.add(node);
        ordered.push(node);
      }
    }
  }
  return ordered;
}

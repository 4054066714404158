// Writes ONNX graphs node by node: names, constants, inputs and outputs, then one model message.
import {
  ATTRIBUTE_TYPE,
  type AttributeProto,
  DATA_TYPE,
  type DataType,
  type Dimension,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "./proto.ts";

/** Operator set and file version of graphs written here; both older than any ONNX Runtime this product pins. */
export const OPSET = 18;
export const IR_VERSION = 10;

/** A whole number is an int attribute; a decimal must come as `{ f }`, because 1 and 1.0 are the same in JavaScript. */
export type Attribute = number | readonly number[] | string | { readonly f: number };
/** A dimension: its size, or a name when it is chosen at run time. */
export type Dim = number | string;

export function attribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === "number") return { name, type: ATTRIBUTE_TYPE.int, i: value };
  if (typeof value === "string")
    return { name, type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(value) };
  if ("f" in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.f };
  return { name, type: ATTRIBUTE_TYPE.ints, ints: [...value] };
}

export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
): NodeProto {
  return {
    opType,
    name: `${opType}:${output[0] ?? ""}`,
    input: [...input],
    output: [...output],
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  };
}

type Numbers = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** A constant tensor; little-endian, as every machine that runs this product. */
export function tensor(name: string, data: Numbers, dims: readonly number[]): TensorProto {
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (count !== data.length)
    throw new RangeError(`tensor ${name}: ${data.length} values for [${dims.join(",")}]`);
  return {
    name,
    dims: [...dims],
    dataType: dataTypeOf(data),
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

function dataTypeOf(data: Numbers): DataType {
  if (data instanceof Float32Array) return DATA_TYPE.float;
  if (data instanceof Int32Array) return DATA_TYPE.int32;
  return data instanceof BigInt64Array ? DATA_TYPE.int64 : DATA_TYPE.uint8;
}

/** A shape of undefined leaves even the number of dimensions to shape inference. */
export function valueInfo(name: string, elemType: DataType, shape?: readonly Dim[]): ValueInfoProto {
  const dims = shape?.map(
    (dim): Dimension => (typeof dim === "number" ? { dimValue: dim } : { dimParam: dim }),
  );
  return {
    name,
    type: { tensorType: { elemType, ...(dims === undefined ? {} : { shape: { dim: dims } }) } },
  };
}

/** Collects nodes in the order they are added, which must be an order in which they can run. */
export class GraphBuilder {
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  #names = 0;

  input(name: string, type: DataType, shape: readonly Dim[]): string {
    this.#inputs.push(valueInfo(name, type, shape));
    return name;
  }

  output(name: string, type: DataType, shape?: readonly Dim[]): void {
    this.#outputs.push(valueInfo(name, type, shape));
  }

  /** Adds a constant and returns its name. */
  constant(data: Numbers, dims: readonly number[], name = this.fresh("constant")): string {
    this.#initializers.push(tensor(name, data, dims));
    return name;
  }

  floats(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.constant(Float32Array.from(values), dims);
  }

  /** Axes, shapes and bounds: ONNX wants them as int64. */
  ints(values: readonly number[]): string {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** Adds a node with one output and returns the output's name. */
  op(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    output = this.fresh(opType),
  ): string {
    this.#nodes.push(node(opType, inputs, [output], attributes));
    return output;
  }

  /** Adds a node with several outputs, named by the caller. */
  opWith(
    opType: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): void {
    this.#nodes.push(node(opType, inputs, outputs, attributes));
  }

  /** A name that no other value of this graph has. */
  fresh(stem: string): string {
    return `ngatu/${stem}_${this.#names++}`;
  }

  build(name: string): ModelProto {
    return {
      irVersion: IR_VERSION,
      producerName: "ngatu",
      opsetImport: [{ domain: "", version: OPSET }],
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
        valueInfo: [],
      },
    };
  }
}

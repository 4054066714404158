// The ONNX messages this product touches, as TypeScript sees them after protobufjs decoded them.

/** A 64-bit integer as protobufjs gives it; plain numbers are accepted when encoding. */
export type Int64 = number | { toNumber(): number };

/** `TensorProto.DataType`: the element types used here. */
export const DATA_TYPE = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 } as const;
export type DataType = (typeof DATA_TYPE)[keyof typeof DATA_TYPE];

/** `AttributeProto.AttributeType`: the kinds used here. */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const;

export interface TensorProto {
  name: string;
  dims: Int64[];
  dataType: number;
  rawData?: Uint8Array;
  floatData?: number[];
}

export interface AttributeProto {
  name: string;
  type: number;
  f?: number;
  i?: Int64;
  s?: Uint8Array;
  ints?: Int64[];
}

export interface NodeProto {
  opType: string;
  name: string;
  input: string[];
  output: string[];
  attribute: AttributeProto[];
}

export interface Dimension {
  dimValue?: Int64;
  dimParam?: string;
}

export interface ValueInfoProto {
  name: string;
  type?: { tensorType?: { elemType: number; shape?: { dim: Dimension[] } } };
}

export interface GraphProto {
  name: string;
  node: NodeProto[];
  initializer: TensorProto[];
  input: ValueInfoProto[];
  output: ValueInfoProto[];
  valueInfo: ValueInfoProto[];
}

export interface ModelProto {
  irVersion: Int64;
  producerName: string;
  graph: GraphProto;
  opsetImport: { domain: string; version: Int64 }[];
}

// A TF.js graph model as it lies in its JSON file: nodes, attributes and the weights manifest.
import type { WeightSpec } from "./weights.ts";

export interface TfAttribute {
  readonly type?: string | number;
  readonly i?: string | number;
  readonly f?: number;
  readonly b?: boolean;
  /** Base64. */
  readonly s?: string;
  readonly list?: { readonly i?: readonly (string | number)[]; readonly s?: readonly string[] };
  readonly shape?: {
    readonly dim?: readonly { readonly size: string | number }[];
    readonly unknownRank?: boolean;
  };
}

export interface TfNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, TfAttribute>>;
}

export interface TfGraph {
  readonly nodes: readonly TfNode[];
  readonly weights: readonly WeightSpec[];
  /** Names of the outputs that the model declares. */
  readonly outputs: readonly string[];
}

interface GraphFile {
  readonly format?: string;
  readonly modelTopology?: { readonly node?: readonly TfNode[] };
  readonly weightsManifest?: readonly { readonly weights: readonly WeightSpec[] }[];
  readonly signature?: { readonly outputs?: Readonly<Record<string, { readonly name: string }>> };
  readonly userDefinedMetadata?: { readonly signature?: GraphFile["signature"] };
}

/** Throws when the JSON is no TF.js graph model (a layers model is none). */
export function readTfGraph(json: string): TfGraph {
  const file = JSON.parse(json) as GraphFile;
  const nodes = file.modelTopology?.node;
  if (nodes === undefined || file.weightsManifest === undefined) throw new Error("not a TF.js graph model");
  const signature = file.signature ?? file.userDefinedMetadata?.signature;
  const used = new Set(nodes.flatMap((node) => (node.input ?? []).map(valueName)));
  const declared = Object.values(signature?.outputs ?? {}).map((output) => valueName(output.name));
  return {
    nodes,
    weights: file.weightsManifest.flatMap((group) => group.weights),
    outputs:
      declared.length > 0 ? declared : nodes.map((node) => node.name).filter((name) => !used.has(name)),
  };
}

/** `name:0` is `name`; a control input `^name` is none of a value. */
export function valueName(input: string): string {
  return input.endsWith(":0") ? input.slice(0, -2) : input;
}

export function intsOf(node: TfNode, key: string): number[] | undefined {
  return node.attr?.[key]?.list?.i?.map(Number);
}

export function stringOf(node: TfNode, key: string): string | undefined {
  const encoded = node.attr?.[key]?.s;
  return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString("utf8");
}

export function stringsOf(node: TfNode, key: string): string[] {
  return (node.attr?.[key]?.list?.s ?? []).map((encoded) => Buffer.from(encoded, "base64").toString("utf8"));
}

const DTYPES = [
  "",
  "DT_FLOAT",
  "DT_DOUBLE",
  "DT_INT32",
  "DT_UINT8",
  "DT_INT16",
  "DT_INT8",
  "DT_STRING",
  "",
  "DT_INT64",
  "DT_BOOL",
];

export function typeOf(node: TfNode, key: string): string | undefined {
  const type = node.attr?.[key]?.type;
  return typeof type === "number" ? DTYPES[type] : type;
}

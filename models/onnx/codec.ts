// Reads and writes ONNX files as messages, with our own copy of the format's schema.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";
import type { GraphProto, ModelProto } from "./proto.ts";

let modelType: protobuf.Type | undefined;

function schema(): protobuf.Type {
  if (modelType === undefined) {
    const text = readFileSync(fileURLToPath(new URL("onnx.proto", import.meta.url)), "utf8");
    modelType = protobuf.parse(text).root.lookupType("onnx.ModelProto");
  }
  return modelType;
}

/** Throws an `Error` when the bytes are no ONNX model: empty, cut short, or without a graph. */
export function decodeModel(bytes: Uint8Array): ModelProto {
  if (bytes.length === 0) throw new Error("the file is empty");
  let model: ModelProto & { graph?: GraphProto | null };
  try {
    model = schema().decode(bytes) as unknown as ModelProto;
  } catch (cause) {
    throw new Error("not an ONNX file, or cut short", { cause });
  }
  // proto2 lets any prefix that ends at a field boundary pass: without nodes it is no model.
  if (!(model.graph as GraphProto | null | undefined)?.node.length) throw new Error("no graph in the file");
  return model;
}

export function encodeModel(model: ModelProto): Uint8Array {
  return schema().encode(model).finish();
}

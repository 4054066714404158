// What networks are computed on: execution providers of ONNX Runtime, and which of them this build knows.
import { listSupportedBackends } from "onnxruntime-node";

/** `cpu` is always there; the others need a build of the runtime that knows them, their libraries and their device. */
export const PROVIDERS = ["cpu", "cuda", "tensorrt", "openvino"] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Names of the providers that this build of ONNX Runtime can load, whether or not their libraries are installed. */
export function knownProviders(): string[] {
  return listSupportedBackends().map(({ name }) => name);
}

// What decoders find in a network's outputs, and the checks they share.
import type { Output } from "../session.ts";

/** A box in pixels of the network's input. */
export interface Candidate {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** 0 to 1. */
  score: number;
  /** Index into the classes of the catalogue entry. */
  classIndex: number;
}

/** Outputs of one run, the size of the input they belong to, and the least score that counts. */
export interface DecoderInput {
  readonly outputs: readonly Output[];
  readonly width: number;
  readonly height: number;
  readonly threshold: number;
}

/** Throws when there is no such output or it has other dimensions; the message names what was seen. */
export function outputOf(outputs: readonly Output[], index: number, dims: readonly number[]): Float32Array {
  const output = outputs[index];
  if (output === undefined) throw new Error(`${index + 1} outputs expected, ${outputs.length} seen`);
  const same = output.dims.length === dims.length && dims.every((dim, i) => dim === output.dims[i]);
  if (!same)
    throw new Error(`output ${output.name}: [${dims.join(",")}] expected, [${output.dims.join(",")}] seen`);
  return output.data;
}

/** A comparison with NaN is false, so a broken network would look like an empty picture; this makes it loud. */
export function finite(value: number): number {
  if (!Number.isFinite(value)) throw new Error(`an output holds ${value}`);
  return value;
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

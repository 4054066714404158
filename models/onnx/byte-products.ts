// A small graph: the products of one vector of bytes with every column of a matrix of bytes, shard by shard.
import { GraphBuilder } from "./build.ts";
import { DATA_TYPE, type ModelProto } from "./proto.ts";

export const PRODUCTS_INPUTS = { probe: "probe", shards: "shards" } as const;

/**
 * Inputs: probe [1, 1, dimensions] uint8 and shards [n, dimensions, columns] int8; output [n, 1, columns] float, exact
 * whole numbers. The shards are an input, not weights: ONNX Runtime then makes no copy of them, and they may change
 * between runs. The probe must stay below 128: on processors without VNNI the kernel adds two products in 16 bits.
 */
export function byteProducts(dimensions: number, columns: number): ModelProto {
  const graph = new GraphBuilder();
  graph.input(PRODUCTS_INPUTS.probe, DATA_TYPE.uint8, [1, 1, dimensions]);
  graph.input(PRODUCTS_INPUTS.shards, DATA_TYPE.int8, ["n", dimensions, columns]);
  const products = graph.op("MatMulInteger", [PRODUCTS_INPUTS.probe, PRODUCTS_INPUTS.shards]);
  // 512 products of 127 × 127 stay below 2²⁴, so a float holds their sum exactly.
  graph.op("Cast", [products], { to: DATA_TYPE.float }, "products");
  graph.output("products", DATA_TYPE.float, ["n", 1, columns]);
  return graph.build("byte-products");
}

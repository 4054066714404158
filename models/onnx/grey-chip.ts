// A small graph that cuts a grey picture out of a luma plane: sampling and scale in one pass.
import { GraphBuilder } from "./build.ts";
import { DATA_TYPE, type ModelProto } from "./proto.ts";

/** Names of the inputs: the plane [1, 1, h, w] uint8 of any size, and a map [3, 2] as in the face chip. */
export const GREY_INPUTS = { luma: "luma", map: "map" } as const;

/** Output [1, 1, size, size] float: limited-range luma as 0 to 255, divided by `std`. Each pixel is the mean of four samples. */
export function greyChip(size: number, std: number): ModelProto {
  const graph = new GraphBuilder();
  const side = size * 2;
  const places = new Float32Array(side * side * 3);
  for (let at = 0; at < side * side; at++) {
    places[at * 3] = ((at % side) + 0.5) / 2 - 0.5;
    places[at * 3 + 1] = (Math.floor(at / side) + 0.5) / 2 - 0.5;
    places[at * 3 + 2] = 1;
  }
  graph.input(GREY_INPUTS.map, DATA_TYPE.float, [3, 2]);
  graph.input(GREY_INPUTS.luma, DATA_TYPE.uint8, [1, 1, "height", "width"]);
  const at = graph.op("MatMul", [graph.constant(places, [side * side, 3]), GREY_INPUTS.map]);
  const grid = graph.op("Reshape", [at, graph.ints([1, side, side, 2])]);
  const numbers = graph.op("Cast", [GREY_INPUTS.luma], { to: DATA_TYPE.float });
  let value = graph.op("GridSample", [numbers, grid], {
    mode: "bilinear",
    padding_mode: "border",
    align_corners: 0,
  });
  value = graph.op("AveragePool", [value], { kernel_shape: [2, 2], strides: [2, 2] });
  value = graph.op("Sub", [value, graph.floats([16], [])]);
  value = graph.op("Mul", [value, graph.floats([255 / 219 / std], [])]);
  value = graph.op("Clip", [value, graph.floats([0], []), graph.floats([255 / std], [])]);
  graph.op("Reshape", [value, graph.ints([1, 1, size, size])], {}, "chip");
  graph.output("chip", DATA_TYPE.float, [1, 1, size, size]);
  return graph.build("grey-chip");
}

// A small graph that cuts an upright face out of a YUV picture: sampling, colour and the network's scale in one pass.
import { GraphBuilder } from "./build.ts";
import { DATA_TYPE, type ModelProto } from "./proto.ts";

/** Names of the inputs: planes [1, 1, h, w] uint8 of any size, two maps [3, 2] and the colour matrix [3, 3] as float. */
export const CHIP_INPUTS = {
  y: "y",
  u: "u",
  v: "v",
  lumaMap: "luma_map",
  chromaMap: "chroma_map",
  colour: "colour",
} as const;
export const CHIP_OUTPUT = "chip";

export interface ChipOptions {
  /** Side of the chip in pixels. */
  readonly size: number;
  readonly order: "rgb" | "bgr";
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
  /** Samples per pixel and direction: 2 avoids the aliasing of faces larger than the chip. */
  readonly oversample: number;
}

/**
 * Output [1, 3, size, size] float. A map takes (x, y, 1) of a chip pixel to GridSample's coordinates of its plane,
 * −1 at the left or upper edge and 1 at the other. Beyond the picture its edge goes on.
 */
export function faceChip({
  size,
  order,
  mean = [0, 0, 0],
  std = [1, 1, 1],
  oversample,
}: ChipOptions): ModelProto {
  const graph = new GraphBuilder();
  const side = size * oversample;
  const places = new Float32Array(side * side * 3);
  for (let at = 0; at < side * side; at++) {
    places[at * 3] = ((at % side) + 0.5) / oversample - 0.5;
    places[at * 3 + 1] = (Math.floor(at / side) + 0.5) / oversample - 0.5;
    places[at * 3 + 2] = 1;
  }
  const chipPlaces = graph.constant(places, [side * side, 3]);
  const gridShape = graph.ints([1, side, side, 2]);
  const grid = (map: string): string => {
    graph.input(map, DATA_TYPE.float, [3, 2]);
    return graph.op("Reshape", [graph.op("MatMul", [chipPlaces, map]), gridShape]);
  };
  const [lumaGrid, chromaGrid] = [grid(CHIP_INPUTS.lumaMap), grid(CHIP_INPUTS.chromaMap)];
  const sampled = (plane: string, stem: string, at: string): string => {
    graph.input(plane, DATA_TYPE.uint8, [1, 1, `${stem}_height`, `${stem}_width`]);
    const numbers = graph.op("Cast", [plane], { to: DATA_TYPE.float });
    return graph.op("GridSample", [numbers, at], {
      mode: "bilinear",
      padding_mode: "border",
      align_corners: 0,
    });
  };
  const planes = [
    sampled(CHIP_INPUTS.y, "luma", lumaGrid),
    sampled(CHIP_INPUTS.u, "chroma", chromaGrid),
    sampled(CHIP_INPUTS.v, "chroma", chromaGrid),
  ];
  let value = graph.op("Concat", planes, { axis: 1 });
  if (oversample > 1) {
    value = graph.op("AveragePool", [value], {
      kernel_shape: [oversample, oversample],
      strides: [oversample, oversample],
    });
  }
  value = graph.op("Sub", [value, graph.floats([16, 128, 128], [1, 3, 1, 1])]);
  graph.input(CHIP_INPUTS.colour, DATA_TYPE.float, [3, 3]);
  // [3, 3]ᵀ × [3, pixels] gives the three colours as planes.
  const flat = graph.op("Reshape", [value, graph.ints([3, size * size])]);
  value = graph.op("MatMul", [graph.op("Transpose", [CHIP_INPUTS.colour], { perm: [1, 0] }), flat]);
  value = graph.op("Clip", [value, graph.floats([0], []), graph.floats([255], [])]);
  if (order === "bgr") value = graph.op("Gather", [value, graph.ints([2, 1, 0])], { axis: 0 });
  value = graph.op("Sub", [value, graph.floats(mean, [3, 1])]);
  value = graph.op("Div", [value, graph.floats(std, [3, 1])]);
  graph.op("Reshape", [value, graph.ints([1, 3, size, size])], {}, CHIP_OUTPUT);
  graph.output(CHIP_OUTPUT, DATA_TYPE.float, [1, 3, size, size]);
  return graph.build("face-chip");
}

// TF.js operations on pictures: convolutions with what is fused into them, pooling, resizing.
import type { Attribute } from "../onnx/build.ts";
import { fusedInto } from "./fused.ts";
import { intsOf, stringOf } from "./tfjs-graph.ts";
import type { Conversion, Converter } from "./tfjs-to-onnx.ts";

const TO_NCHW = { perm: [0, 3, 1, 2] } as const;
const TO_NHWC = { perm: [0, 2, 3, 1] } as const;

/** Filters are [height, width, in, out]; depthwise ones [height, width, in, multiplier]. */
function convolution(depthwise: boolean): Converter {
  return (c) => {
    if ((stringOf(c.node, "data_format") ?? "NHWC") !== "NHWC") c.fail("is not in NHWC");
    const filter = c.constant(1);
    const [height = 0, width = 0, inputs = 0, last = 0] = filter.shape;
    const shape = depthwise ? [inputs * last, 1, height, width] : [last, inputs, height, width];
    const weights = c.builder.constant(filterToOnnx(filter.data, filter.shape, depthwise), shape);
    const { bias, output, finish } = fusedInto(c);
    const planes = c.builder.op("Transpose", [c.inputs[0] ?? ""], TO_NCHW);
    const operands = [planes, weights, ...(bias === undefined ? [] : [bias])];
    const convolved = c.builder.op("Conv", operands, {
      kernel_shape: [height, width],
      strides: spatial(c, "strides"),
      dilations: spatial(c, "dilations"),
      group: depthwise ? inputs : 1,
      ...padding(c),
    });
    c.builder.op("Transpose", [convolved], TO_NHWC, output);
    finish();
  };
}

function filterToOnnx(
  data: Float32Array | Int32Array,
  shape: readonly number[],
  depthwise: boolean,
): Float32Array {
  const [height = 0, width = 0, inputs = 0, last = 0] = shape;
  const out = new Float32Array(data.length);
  let from = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let i = 0; i < inputs; i++) {
        for (let o = 0; o < last; o++) {
          const filter = depthwise ? i * last + o : o * inputs + i;
          out[(filter * height + y) * width + x] = data[from++] ?? 0;
        }
      }
    }
  }
  return out;
}

/** The two spatial values of an attribute like `strides: [1, 2, 2, 1]`. */
function spatial(c: Conversion, key: string): number[] {
  const all = intsOf(c.node, key);
  return all === undefined || all.length === 0 ? [1, 1] : all.slice(1, 3);
}

/** TensorFlow's SAME puts the odd pixel at the end, which ONNX calls SAME_UPPER. */
function padding(c: Conversion): Record<string, Attribute> {
  switch (stringOf(c.node, "padding")) {
    case "SAME":
      return { auto_pad: "SAME_UPPER" };
    case "VALID":
      return { auto_pad: "VALID" };
    case "EXPLICIT": {
      const [, , top = 0, bottom = 0, left = 0, right = 0] = intsOf(c.node, "explicit_paddings") ?? [];
      return { pads: [top, left, bottom, right] };
    }
    default:
      return c.fail("has an unknown padding");
  }
}

function pooling(opType: string, attributes: Record<string, Attribute> = {}): Converter {
  return (c) => {
    const planes = c.builder.op("Transpose", [c.inputs[0] ?? ""], TO_NCHW);
    const pooled = c.builder.op(opType, [planes], {
      kernel_shape: spatial(c, "ksize"),
      strides: spatial(c, "strides"),
      ...padding(c),
      ...attributes,
    });
    c.builder.op("Transpose", [pooled], TO_NHWC, c.node.name);
  };
}

function resizing(mode: "linear" | "nearest"): Converter {
  return (c) => {
    const corners = c.node.attr?.["align_corners"]?.b === true;
    const centres = c.node.attr?.["half_pixel_centers"]?.b === true;
    const planes = c.builder.op("Transpose", [c.inputs[0] ?? ""], TO_NCHW);
    const resized = c.builder.op("Resize", [planes, "", "", c.builder.ints(c.ints(1))], {
      mode,
      axes: [2, 3],
      coordinate_transformation_mode: corners ? "align_corners" : centres ? "half_pixel" : "asymmetric",
      ...(mode === "nearest" ? { nearest_mode: corners ? "round_prefer_ceil" : "floor" } : {}),
    });
    c.builder.op("Transpose", [resized], TO_NHWC, c.node.name);
  };
}

export const convolutionOps: Readonly<Record<string, Converter>> = {
  Conv2D: convolution(false),
  _FusedConv2D: convolution(false),
  DepthwiseConv2dNative: convolution(true),
  FusedDepthwiseConv2dNative: convolution(true),
  MaxPool: pooling("MaxPool"),
  // TensorFlow divides by the pixels that exist, not by the size of the window.
  AvgPool: pooling("AveragePool", { count_include_pad: 0 }),
  ResizeBilinear: resizing("linear"),
  ResizeNearestNeighbor: resizing("nearest"),
};

// Reads TF.js weights: the manifest says where each tensor lies in the binary file and how it was quantised.

export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: {
    readonly dtype: string;
    readonly scale?: number;
    readonly min?: number;
  };
}

export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

const BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  float16: 2,
  uint16: 2,
  uint8: 1,
  bool: 1,
};

/**
 * Tensors lie one after the other, little-endian, in the manifest's order. Quantised ones are `raw × scale + min`
 * (uint8, uint16) or half floats. Throws, naming the tensor, when the file is too short or too long, or a type is unknown.
 */
export function readWeights(specs: readonly WeightSpec[], bytes: Uint8Array): Map<string, Weight> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const weights = new Map<string, Weight>();
  let offset = 0;
  for (const spec of specs) {
    const stored = spec.quantization?.dtype ?? spec.dtype;
    const width = BYTES[stored];
    if (width === undefined) throw new Error(`weight ${spec.name}: unknown type ${stored}`);
    const count = spec.shape.reduce((product, dim) => product * dim, 1);
    if (offset + count * width > bytes.byteLength)
      throw new Error(`weight ${spec.name}: the file ends before it`);
    weights.set(spec.name, {
      name: spec.name,
      shape: spec.shape,
      data: read(view, offset, count, stored, spec),
    });
    offset += count * width;
  }
  if (offset !== bytes.byteLength)
    throw new Error(`weights: ${bytes.byteLength - offset} bytes are left over`);
  return weights;
}

function read(
  view: DataView,
  offset: number,
  count: number,
  stored: string,
  spec: WeightSpec,
): Float32Array | Int32Array {
  if (spec.dtype === "int32" || spec.dtype === "bool") {
    const wide = stored === "int32";
    return Int32Array.from({ length: count }, (_, i) =>
      wide ? view.getInt32(offset + i * 4, true) : view.getUint8(offset + i),
    );
  }
  const { scale = 1, min = 0 } = spec.quantization ?? {};
  const value = (i: number): number => {
    switch (stored) {
      case "float32":
        return view.getFloat32(offset + i * 4, true);
      case "float16":
        return halfToNumber(view.getUint16(offset + i * 2, true));
      case "uint16":
        return view.getUint16(offset + i * 2, true) * scale + min;
      default:
        return view.getUint8(offset + i) * scale + min;
    }
  };
  return Float32Array.from({ length: count }, (_, i) => value(i));
}

/** IEEE 754 binary16 from its bits. */
export function halfToNumber(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

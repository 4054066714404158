// The gallery in bytes: a quarter of the memory to read for a search, and for every row a proven bound of its error.
import { Tensor } from "onnxruntime-node";
import { byteProducts, PRODUCTS_INPUTS } from "../../models/onnx/byte-products.ts";
import { encodeModel } from "../../models/onnx/codec.ts";
import { openSession, type Session } from "../../models/session.ts";

/** Rows of one shard: its products are 32 kB, so they stay in the first-level cache while its bytes go past. */
export const SHARD_ROWS = 8192;
const ROW_LEVELS = 127;
/** The probe has seven bits, offset by 64 (see {@link byteProducts}). */
const PROBE_LEVELS = 63;
const PROBE_OFFSET = 64;
/** Above the rounding of all sums below, which are made in double precision from floats of size 1. */
const ROUNDING = 1e-7;

/** Estimates of one probe against every row; the next call of `estimate` writes over them. */
export interface Estimates {
  /** By row: the true product of row and probe lies within `errorOf(row)` of it. Rows of a dirty shard hold nothing. */
  readonly products: Float64Array;
  readonly errorOf: (row: number) => number;
}

export interface ByteIndex {
  readonly capacity: number;
  readonly dimensions: number;
  /** Shards not yet written since they were marked; their rows have no estimate. */
  readonly dirty: ReadonlySet<number>;
  mark(shard: number): void;
  /** Writes the rows of one shard and clears its mark; about 20 ms. */
  write(shard: number, rows: Float32Array, count: number): void;
  estimate(probe: Float32Array): Promise<Estimates>;
  close(): Promise<void>;
}

/** Holds up to `capacity` rows; all shards are dirty at first. */
export async function openByteIndex(capacity: number, dimensions: number): Promise<ByteIndex> {
  const shards = Math.ceil(capacity / SHARD_ROWS);
  const bytes = new Int8Array(shards * dimensions * SHARD_ROWS);
  const matrix = new Tensor("int8", bytes, [shards, dimensions, SHARD_ROWS]);
  const probeBytes = new Uint8Array(dimensions);
  const probeTensor = new Tensor("uint8", probeBytes, [1, 1, dimensions]);
  const length = shards * SHARD_ROWS;
  const scales = new Float32Array(length);
  const sums = new Int32Array(length);
  /** Length of each row as its bytes give it, and of what they miss. */
  const written = new Float32Array(length);
  const missed = new Float32Array(length);
  const products = new Float64Array(length);
  const dirty = new Set(Array.from({ length: shards }, (_, shard) => shard));
  const session: Session = await openSession("gallery", encodeModel(byteProducts(dimensions, SHARD_ROWS)));

  function writeRow(shard: number, column: number, rows: Float32Array, from: number): void {
    let largest = 0;
    for (let i = 0; i < dimensions; i++) largest = Math.max(largest, Math.abs(rows[from + i] as number));
    const scale = Math.fround(largest / ROW_LEVELS);
    const at = shard * SHARD_ROWS + column;
    let to = shard * dimensions * SHARD_ROWS + column;
    let sum = 0;
    let squares = 0;
    let lost = 0;
    for (let i = 0; i < dimensions; i++, to += SHARD_ROWS) {
      const value = rows[from + i] as number;
      const level = scale === 0 ? 0 : Math.max(-ROW_LEVELS, Math.min(ROW_LEVELS, Math.round(value / scale)));
      bytes[to] = level;
      sum += level;
      squares += level * level;
      lost += (value - level * scale) ** 2;
    }
    scales[at] = scale;
    sums[at] = sum;
    // Rounded up: a float may lie below the root.
    written[at] = Math.sqrt(squares) * scale * (1 + ROUNDING) + ROUNDING;
    missed[at] = Math.sqrt(lost) * (1 + ROUNDING) + ROUNDING;
  }

  return {
    capacity: length,
    dimensions,
    dirty,
    mark: (shard) => void dirty.add(shard),
    write(shard, rows, count) {
      const first = shard * SHARD_ROWS;
      const last = Math.min(count, first + SHARD_ROWS);
      for (let row = first; row < last; row++) writeRow(shard, row - first, rows, row * dimensions);
      dirty.delete(shard);
    },
    async estimate(probe) {
      let largest = 0;
      for (const value of probe) largest = Math.max(largest, Math.abs(value));
      const step = largest / PROBE_LEVELS || 1;
      let lost = 0;
      let squares = 0;
      probe.forEach((value, i) => {
        const level = Math.round(value / step);
        probeBytes[i] = level + PROBE_OFFSET;
        lost += (value - level * step) ** 2;
        squares += value * value;
      });
      const probeMissed = Math.sqrt(lost) + ROUNDING;
      const probeLength = Math.sqrt(squares) + ROUNDING;
      const [output] = await session.run({
        [PRODUCTS_INPUTS.probe]: probeTensor,
        [PRODUCTS_INPUTS.shards]: matrix,
      });
      const whole = output?.data ?? new Float32Array(length);
      for (let row = 0; row < length; row++) {
        products[row] =
          ((whole[row] as number) - PROBE_OFFSET * (sums[row] as number)) * (scales[row] as number) * step;
      }
      // row·probe − estimate = written·(probe's loss) + (row's loss)·probe, each at most the product of lengths.
      return {
        products,
        errorOf: (row) =>
          (written[row] as number) * probeMissed + (missed[row] as number) * probeLength + ROUNDING,
      };
    },
    close: () => session.close(),
  };
}

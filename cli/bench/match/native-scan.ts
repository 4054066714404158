// The limit to compare with: a plain float32 product of a probe with every row, in WebAssembly SIMD, on one core.

/** As much of Node's WebAssembly as is used here; the TypeScript library knows it only with the browser's. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  instantiate(
    bytes: Uint8Array<ArrayBuffer>,
    imports: Record<string, Record<string, unknown>>,
  ): Promise<{ readonly instance: { readonly exports: Record<string, unknown> } }>;
};

/** Just the parts of WebAssembly's binary format that the one function below needs. */
const I32 = 0x7f;
const V128 = 0x7b;
const local = { get: 0x20, set: 0x21, tee: 0x22 };

const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]);
/** A constant's numbers are signed: bit 6 of the last byte is the sign. */
const signed = (value: number): number[] =>
  value < 64 ? [value] : [(value & 127) | 128, ...signed(value >>> 7)];
const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...leb(content.length),
  ...content,
];
const text = (value: string): number[] => [value.length, ...Buffer.from(value, "ascii")];
const simd = (code: number, ...rest: number[]): number[] => [0xfd, ...leb(code), ...rest];
const get = (index: number): number[] => [local.get, index];
const add = (index: number, value: number): number[] => [
  ...get(index),
  0x41,
  ...signed(value),
  0x6a,
  local.set,
  index,
];

/** Parameters: first row, end of rows, probe, bytes of a row, where the scores go. Addresses are in bytes. */
const [ROW, END, PROBE, BYTES, OUT, AT, STOP, SUM] = [0, 1, 2, 3, 4, 5, 6, 7];
const LANES = 4;

function body(): number[] {
  const sums = Array.from({ length: LANES }, (_, i) => SUM + i);
  const zero = sums.flatMap((sum) => [...simd(12, ...new Array<number>(16).fill(0)), local.set, sum]);
  const step = sums.flatMap((sum, i) => [
    ...get(sum),
    ...[...get(ROW), ...simd(0, 4, ...leb(i * 16))],
    ...[...get(AT), ...simd(0, 4, ...leb(i * 16))],
    // f32x4.mul, f32x4.add
    ...[...simd(0xe6), ...simd(0xe4), local.set, sum],
  ]);
  const all = [...get(SUM), ...sums.slice(1).flatMap((sum) => [...get(sum), ...simd(0xe4)])];
  const lanes = [0, 1, 2, 3].flatMap((lane) => [
    ...[...get(SUM), ...simd(0x1f, lane)],
    ...(lane === 0 ? [] : [0x92]),
  ]);
  const below = (a: number, b: number): number[] => [...get(a), ...get(b), 0x49, 0x0d, 0];
  return [
    ...[0x03, 0x40, ...zero],
    ...[...get(PROBE), local.tee, AT, ...get(BYTES), 0x6a, local.set, STOP],
    ...[0x03, 0x40, ...step, ...add(ROW, 64), ...add(AT, 64)],
    ...[...below(AT, STOP), 0x0b],
    ...[...all, local.set, SUM, ...get(OUT), ...lanes, 0x38, 2, 0],
    ...[...add(OUT, 4), ...below(ROW, END), 0x0b, 0x0b],
  ];
}

function module(): Uint8Array<ArrayBuffer> {
  const locals = [2, 2, I32, LANES, V128];
  const code = [...locals, ...body()];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 5, I32, I32, I32, I32, I32, 0]),
    ...section(2, [1, ...text("host"), ...text("memory"), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text("scan"), 0, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
}

export interface NativeScan {
  /** Scores of all rows; the next call writes over them. */
  readonly run: (probe: Float32Array) => Float32Array;
}

/** Copies the rows into memory of its own. `dimensions` must be a multiple of 16. */
export async function openNativeScan(rows: Float32Array, dimensions: number): Promise<NativeScan> {
  if (dimensions % 16 !== 0) throw new RangeError(`${dimensions} dimensions; a multiple of 16 is needed`);
  const count = rows.length / dimensions;
  const [probeAt, outAt] = [rows.byteLength, rows.byteLength + dimensions * 4];
  const memory = new WebAssembly.Memory({ initial: Math.ceil((outAt + count * 4) / 65536) });
  new Float32Array(memory.buffer, 0, rows.length).set(rows);
  const { instance } = await WebAssembly.instantiate(module(), { host: { memory } });
  const scan = instance.exports["scan"] as (...addresses: number[]) => void;
  const probeRow = new Float32Array(memory.buffer, probeAt, dimensions);
  const scores = new Float32Array(memory.buffer, outAt, count);
  return {
    run(probe) {
      probeRow.set(probe);
      scan(0, rows.byteLength, probeAt, dimensions * 4, outAt);
      return scores;
    },
  };
}

// Looks for known face embeddings in any bytes: as floats of three widths, as signed bytes, as numbers in text.

export interface EmbeddingHit {
  readonly form: "float64" | "float32" | "float16" | "int8" | "text";
  /** Byte where it begins. */
  readonly offset: number;
  /** With the known embedding it resembles most. */
  readonly cosine: number;
}

/**
 * Likeness from which a run of numbers is somebody's embedding. Two faces of strangers stay below 0.43, other numbers
 * below 0.2; one face in neighbouring frames, or rounded to bytes, is above 0.8.
 */
const LIKE = 0.6;
/** Known embeddings this alike are one: whatever resembles the one that is left out resembles the other by LIKE. */
const SAME = 0.85;
/** A first part of the numbers, whose likeness already tells nearly every run that is none. */
const FIRST_PART = 128;
const FIRST_LIKE = 0.3;
/** Signed bytes of an embedding are seldom 0; those of tables and lists are often. */
const MOST_ZEROS = 0.1;

type Form = Exclude<EmbeddingHit["form"], "int8" | "text">;

interface FloatForm {
  readonly form: Form;
  readonly bytes: number;
  /** Exponents (biased) of numbers that an embedding is made of; anything else ends a run. */
  readonly exponents: readonly [number, number];
  /** Most chance values lie in the exponents of a half: there the length must be that of a unit vector too. */
  readonly unit: boolean;
}

const FLOATS: readonly FloatForm[] = [
  { form: "float64", bytes: 8, exponents: [1023 - 20, 1023 + 5], unit: false },
  { form: "float32", bytes: 4, exponents: [127 - 20, 127 + 5], unit: false },
  { form: "float16", bytes: 2, exponents: [0, 15 + 1], unit: true },
];

/** Little endian, at every alignment. `known` are unit vectors of one length. */
export class EmbeddingScan {
  readonly #known: readonly Float32Array[];
  readonly #size: number;
  readonly #window: Float32Array;

  constructor(known: readonly Float32Array[]) {
    const apart: Float32Array[] = [];
    for (const one of known) if (!apart.some((other) => dot(one, other, one.length) > SAME)) apart.push(one);
    this.#known = apart;
    this.#size = known[0]?.length ?? 0;
    this.#window = new Float32Array(this.#size);
  }

  /** One hit for each place; places overlap by less than an embedding. */
  scan(bytes: Uint8Array): EmbeddingHit[] {
    if (this.#size === 0) return [];
    return [
      ...FLOATS.flatMap((form) => this.#floats(bytes, form)),
      ...this.#bytes(bytes),
      ...this.#text(bytes),
    ];
  }

  #floats(bytes: Uint8Array, { form, bytes: width, exponents, unit }: FloatForm): EmbeddingHit[] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const hits: EmbeddingHit[] = [];
    for (let align = 0; align < width; align++) {
      let run = 0;
      let found = -1;
      for (let at = align; at + width <= bytes.length; at += width) {
        const exponent = exponentAt(bytes, at, width);
        const zero = exponent === 0 && bytes[at] === 0 && bytes[at + 1] === 0; // unused bytes, which are many
        run = !zero && exponent >= exponents[0] && exponent <= exponents[1] ? run + 1 : 0;
        if (run < this.#size) continue;
        const start = at - (this.#size - 1) * width;
        if (start < found) continue;
        const cosine = this.#likeness((index) => floatAt(view, start + index * width, width), unit);
        if (cosine < LIKE) continue;
        hits.push({ form, offset: start, cosine });
        found = at + width;
      }
    }
    return hits;
  }

  /** Signed bytes: of all windows only those are compared whose mean and spread an embedding can have. */
  #bytes(bytes: Uint8Array): EmbeddingHit[] {
    const size = this.#size;
    const hits: EmbeddingHit[] = [];
    let sum = 0;
    let squares = 0;
    let zeros = 0;
    let found = -1;
    for (let at = 0; at < bytes.length; at++) {
      const entering = signed(bytes[at] as number);
      sum += entering;
      squares += entering * entering;
      if (entering === 0) zeros += 1;
      if (at >= size) {
        const leaving = signed(bytes[at - size] as number);
        sum -= leaving;
        squares -= leaving * leaving;
        if (leaving === 0) zeros -= 1;
      }
      const start = at - size + 1;
      if (start < 0 || start < found || zeros > size * MOST_ZEROS) continue;
      const mean = sum / size;
      const variance = squares / size - mean * mean;
      if (Math.abs(mean) > 8 || variance < 12 ** 2 || variance > 52 ** 2) continue;
      const cosine = this.#likeness((index) => signed(bytes[start + index] as number), false);
      if (cosine < LIKE) continue;
      hits.push({ form: "int8", offset: start, cosine });
      found = at + 1;
    }
    return hits;
  }

  #text(bytes: Uint8Array): EmbeddingHit[] {
    const hits: EmbeddingHit[] = [];
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    let run: { value: number; offset: number }[] = [];
    let end = 0;
    for (const match of text.matchAll(/-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g)) {
      // Numbers of one list are parted by commas, spaces, quotes or brackets, and by little of them.
      if (match.index - end > 6 || /[^\s,;:|"'[\]{}]/.test(text.slice(end, match.index))) run = [];
      end = match.index + match[0].length;
      run.push({ value: Number(match[0]), offset: match.index });
      if (run.length < this.#size) continue;
      const from = run.length - this.#size;
      const cosine = this.#likeness((index) => run[from + index]?.value ?? 0, false);
      if (cosine < LIKE) {
        if (from > 4096) run = run.slice(from);
        continue;
      }
      hits.push({ form: "text", offset: run[from]?.offset ?? 0, cosine });
      run = [];
    }
    return hits;
  }

  /** The highest cosine with a known embedding; −1 for numbers that are none. */
  #likeness(valueAt: (index: number) => number, unit: boolean): number {
    const window = this.#window;
    for (let i = 0; i < this.#size; i++) window[i] = valueAt(i);
    const length = Math.sqrt(dot(window, window, this.#size));
    if (!(length > 0) || !Number.isFinite(length) || (unit && Math.abs(length - 1) > 0.2)) return -1;
    const part = Math.min(FIRST_PART, this.#size);
    const partLength = Math.sqrt(dot(window, window, part));
    let best = -1;
    for (const known of this.#known) {
      const partKnown = Math.sqrt(dot(known, known, part));
      if (dot(known, window, part) < FIRST_LIKE * partLength * partKnown) continue;
      best = Math.max(best, dot(known, window, this.#size) / length);
    }
    return best;
  }
}

function dot(a: Float32Array, b: Float32Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function exponentAt(bytes: Uint8Array, at: number, width: number): number {
  const high = (bytes[at + width - 1] as number) & 0x7f;
  const next = bytes[at + width - 2] as number;
  if (width === 8) return (high << 4) | (next >> 4);
  return width === 4 ? (high << 1) | (next >> 7) : high >> 2;
}

function floatAt(view: DataView, at: number, width: number): number {
  if (width === 8) return view.getFloat64(at, true);
  return width === 4 ? view.getFloat32(at, true) : halfFloat(view.getUint16(at, true));
}

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

function signed(byte: number): number {
  return byte > 127 ? byte - 256 : byte;
}

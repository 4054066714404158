// What the search for embeddings finds, and what it must not take for one.
import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { EmbeddingScan } from "../../../../cli/eval/privacy/embedding-scan.ts";
import { unwrapped } from "../../../../cli/eval/privacy/unwrap.ts";

/** A unit vector of 128 numbers; another seed gives one that is no likeness of it. */
function face(seed: number): Float32Array {
  const bytes = createHash("shake256", { outputLength: 128 * 4 })
    .update(`face ${seed}`)
    .digest();
  const numbers = Float32Array.from({ length: 128 }, (_, index) => bytes.readInt32LE(index * 4) / 2 ** 31);
  const length = Math.hypot(...numbers);
  return numbers.map((value) => value / length);
}

const known = [face(1), face(2)];
const scan = new EmbeddingScan(known);

/** Noise around the bytes, so that they begin at an odd place. */
function amongNoise(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([randomBytes(1001), bytes, randomBytes(500)]);
}

function halves(values: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => {
    const exponent = Math.max(-15, Math.floor(Math.log2(Math.abs(value))));
    const whole = exponent === -15 ? 0 : 1; // below 2⁻¹⁴ there is no leading one
    const fraction = Math.round((Math.abs(value) / 2 ** Math.max(-14, exponent) - whole) * 1024);
    bytes.writeUInt16LE(((exponent + 15) << 10) + fraction + (value < 0 ? 0x8000 : 0), index * 2);
  });
  return bytes;
}

describe("EmbeddingScan", () => {
  const second = known[1] as Float32Array;
  it.each([
    ["float32", new Uint8Array(second.buffer)],
    ["float64", new Uint8Array(Float64Array.from(second).buffer)],
    ["float16", halves(second)],
    ["int8", new Uint8Array(Int8Array.from(second, (value) => Math.round(value * 300)).buffer)],
  ])("finds an embedding written as %s between other bytes", (form, bytes) => {
    expect(scan.scan(amongNoise(bytes))).toMatchObject([{ form, offset: 1001 }]);
  });

  it("finds one whose numbers were scaled, and one written as text", () => {
    const scaled = second.map((value) => value * 17);
    expect(scan.scan(new Uint8Array(scaled.buffer))).toMatchObject([{ form: "float32", offset: 0 }]);
    const text = Buffer.from(
      JSON.stringify({ track: 7, vector: [...second].map((value) => value.toFixed(4)) }),
    );
    expect(scan.scan(text)).toMatchObject([{ form: "text" }]);
  });

  it("finds one that travels as Base64 or hexadecimal within JSON", () => {
    for (const encoding of ["base64", "hex"] as const) {
      const message = Buffer.from(JSON.stringify({ v: Buffer.from(second.buffer).toString(encoding) }));
      const hits = unwrapped(message).flatMap((layer) => scan.scan(layer));
      expect(hits.map(({ form }) => form)).toContain("float32");
    }
  });

  it("takes neither a stranger's embedding nor noise, text or zeros for one", () => {
    expect(scan.scan(new Uint8Array(face(3).buffer))).toEqual([]);
    expect(scan.scan(randomBytes(200_000))).toEqual([]);
    expect(scan.scan(Buffer.alloc(50_000))).toEqual([]);
    expect(scan.scan(Buffer.from("0.25, 0.5, -0.125, ".repeat(2000)))).toEqual([]);
  });
});

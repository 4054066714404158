// Pixels of a face are found wherever they lie, and flat pixels are not looked for.
import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isTelling, PIECE_BYTES, PixelScan } from "../../../../cli/eval/privacy/pixel-scan.ts";

const row = Uint8Array.from({ length: PIECE_BYTES }, (_, index) => 90 + ((index * 37) % 101));

describe("PixelScan", () => {
  it("finds a piece at any byte, as often as it comes", () => {
    const bytes = Buffer.concat([randomBytes(777), row, randomBytes(40), row]);
    expect(new PixelScan([row]).scan(bytes)).toEqual([777, 777 + PIECE_BYTES + 40]);
  });

  it("finds nothing where one pixel differs", () => {
    const other = row.map((value, index) => (index === 20 ? value + 1 : value));
    expect(new PixelScan([row]).scan(Buffer.concat([other, other]))).toEqual([]);
  });

  it("looks for no piece of a wall or of a gradient's few steps", () => {
    expect(isTelling(row)).toBe(true);
    expect(isTelling(new Uint8Array(PIECE_BYTES).fill(128))).toBe(false);
    expect(isTelling(row.subarray(1))).toBe(false);
  });
});

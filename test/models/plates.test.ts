// Our own plate nets: what their outputs mean, and that they see and read a drawn plate.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { decodePlateCorners } from "../../models/decode/plate-corners.ts";
import { openPlateDetector } from "../../models/plate-detector.ts";
import { createModelStore } from "../../models/store.ts";
import { openTextReader } from "../../models/text-reader.ts";

/** Two lines as a plate has them; DejaVu's letters are not those of a plate, but as good as many makers'. */
function plate(width: number, height: number): string {
  const text = (y: number, content: string): string =>
    `<text x="95" y="${y}" font-family="DejaVu Sans Condensed, DejaVu Sans" font-weight="bold" font-size="58" text-anchor="middle">${content}</text>`;
  return `<svg width="${width}" height="${height}" viewBox="0 0 190 140"><rect width="190" height="140" fill="#eee"/>${text(62, "59-F3")}${text(124, "628.35")}</svg>`;
}

async function withModel<T>(
  name: string,
  use: (model: Awaited<ReturnType<ReturnType<typeof createModelStore>["ensure"]>>) => Promise<T>,
): Promise<T> {
  const cache = await mkdtemp(join(tmpdir(), "ngatu-own-"));
  try {
    return await use(await createModelStore({ cache, env: {} }).ensure(name));
  } finally {
    await rm(cache, { recursive: true });
  }
}

describe("our plate nets", () => {
  test("neighbouring cells that mean one plate give it once, by the surest", () => {
    const [columns, rows] = [4, 4];
    const data = new Float32Array(9 * columns * rows);
    for (const [cell, score] of [
      [5, 0.9],
      [6, 0.6],
      [15, 0.3],
    ] as const) {
      data[cell] = score;
      // Corners 10 pixels left and right of the middle of cell 5, whichever cell speaks.
      const shift = cell === 6 ? -8 : 0;
      for (const [index, value] of [-10, -5, 10, -5, 10, 5, -10, 5].entries())
        data[(1 + index) * columns * rows + cell] = value + (index % 2 === 0 ? shift : 0);
    }
    const outputs = [{ name: "plates", data, dims: [1, 9, rows, columns] }];
    const found = decodePlateCorners({ outputs, width: 32, height: 32, threshold: 0.5 });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ x1: 2, x2: 22, y1: 7, y2: 17 });
  });

  test("the detector finds a drawn plate in a grey picture and nothing without it", async () => {
    await withModel("plate-detector", async (model) => {
      const detector = await openPlateDetector(model);
      const ground = sharp({ create: { width: 256, height: 256, channels: 3, background: "#505458" } });
      const empty = await ground.clone().raw().toBuffer();
      const drawn = await ground
        .composite([{ input: Buffer.from(plate(76, 56)), left: 90, top: 110 }])
        .removeAlpha()
        .raw()
        .toBuffer();
      expect(await detector.detect(empty)).toEqual([]);
      const [found] = await detector.detect(drawn);
      expect(Math.abs((found?.x1 ?? 0) - 90)).toBeLessThan(8);
      expect(Math.abs((found?.y2 ?? 0) - 166)).toBeLessThan(8);
      await detector.close();
    });
  });

  test("the reader reads both lines of a drawn plate", async () => {
    await withModel("plate-reader", async (model) => {
      const reader = await openTextReader(model);
      const rgb = await sharp(Buffer.from(plate(190, 140)))
        .resize(128, 64, { fit: "fill" })
        .flatten({ background: "#eee" })
        .raw()
        .toBuffer();
      expect(await reader.read(rgb)).toMatchObject({ text: "59F362835", firstLine: 4 });
      await reader.close();
    });
  });
});

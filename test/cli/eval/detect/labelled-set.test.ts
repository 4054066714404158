// Labelled sets on disk: YOLO text labels and MOTChallenge truth become boxes in pixels.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fittedPictures } from "../../../../cli/eval/detect/fitted-pictures.ts";
import { readLabelledSet } from "../../../../cli/eval/detect/labelled-set.ts";

const folder = mkdtempSync(join(tmpdir(), "ngatu-detect-set-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function picture(file: string, width: number, height: number, red: number): Promise<void> {
  await sharp({ create: { width, height, channels: 3, background: { r: red, g: 0, b: 0 } } }).toFile(file);
}

describe("a folder with YOLO labels", () => {
  const set = join(folder, "yolo");
  beforeAll(async () => {
    for (const name of ["images", "labels"]) mkdirSync(join(set, name), { recursive: true });
    await picture(join(set, "images", "a.png"), 200, 100, 10);
    await picture(join(set, "images", "b.png"), 100, 100, 250);
    await picture(join(set, "images", "unlabelled.png"), 100, 100, 0);
    writeFileSync(join(set, "labels", "a.txt"), "1 0.5 0.5 0.25 0.5\n\n");
    writeFileSync(join(set, "labels", "b.txt"), "");
    writeFileSync(join(set, "classes.txt"), "car\nperson\n");
  });

  it("gives boxes in pixels, names from classes.txt, and leaves pictures without a label file out", async () => {
    const runs = await readLabelledSet(set, undefined, 1);
    expect(runs.map(({ truth }) => truth[0])).toEqual([
      [{ x1: 75, y1: 25, x2: 125, y2: 75, class: "person", ignored: false }],
      [],
    ]);
  });

  it("refuses a label beyond its classes by file and line", async () => {
    writeFileSync(join(set, "labels", "a.txt"), "1 0.5 0.5 0.1 0.2\n2 0.5 0.5 0.1 0.2\n");
    await expect(readLabelledSet(set, undefined, 1)).rejects.toThrow(
      /a\.txt:2: a class of 0…1 and four shares/,
    );
    writeFileSync(join(set, "labels", "a.txt"), "");
  });

  it("fits each picture into the input, with its border", async () => {
    const [first] = await readLabelledSet(set, undefined, 1);
    if (first === undefined) throw new Error("no picture");
    const input = { width: 32, height: 32, fit: "letterbox-top-left", pad: 114 } as const;
    const pictures: number[][] = [];
    for await (const rgb of fittedPictures(first, input)) {
      pictures.push([rgb[0] ?? -1, rgb[(32 * 32 - 1) * 3] ?? -1]);
    }
    expect(pictures).toEqual([[expect.closeTo(10, -0.5) as number, 114]]);
  });
});

describe("a video with a MOTChallenge folder", () => {
  it("needs the truth's folder, and says so", async () => {
    const file = join(folder, "clip.mp4");
    writeFileSync(file, "");
    await expect(readLabelledSet(file, undefined, 1)).rejects.toThrow("--truth");
    await expect(readLabelledSet(join(folder, "none"), undefined, 1)).rejects.toThrow("no such file");
  });
});

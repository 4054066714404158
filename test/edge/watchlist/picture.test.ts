// Pictures as people hand them in: every kind that decodes becomes upright rgb24, everything else is refused by name.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { readPicture } from "../../../edge/watchlist/picture.ts";
import { cutPictures } from "../../../models/import/pictures.ts";
import { temporaryFolder } from "../camera/clip-file.ts";

const folder = temporaryFolder();
const red = { r: 220, g: 30, b: 20 };

function plain(width: number, height: number, alpha?: number): Sharp {
  const channels = alpha === undefined ? 3 : 4;
  const background = alpha === undefined ? red : { ...red, alpha };
  return sharp({ create: { width, height, channels, background }, limitInputPixels: false });
}

async function file(name: string, picture: Sharp): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, await picture.toBuffer());
  return path;
}

/** Mean of each channel. */
function meanOf(rgb: Uint8Array): number[] {
  const sums = [0, 0, 0];
  rgb.forEach((value, i) => (sums[i % 3] = (sums[i % 3] ?? 0) + value));
  return sums.map((sum) => (sum * 3) / rgb.length);
}

describe("a picture that somebody hands in", () => {
  it("in CMYK becomes what it shows", async () => {
    const path = await file("cmyk.jpg", plain(64, 48).toColourspace("cmyk").jpeg({ quality: 95 }));
    expect((await sharp(path).metadata()).space).toBe("cmyk");
    const { width, height, rgb } = await readPicture(path);
    expect([width, height, rgb.length]).toEqual([64, 48, 64 * 48 * 3]);
    const [r = 0, g = 0, b = 0] = meanOf(rgb);
    expect(r).toBeGreaterThan(150);
    expect(Math.max(g, b)).toBeLessThan(100);
  });

  it.each([
    ["half transparent", plain(32, 32, 0.5).png(), [110, 15, 10]],
    ["wholly transparent", plain(32, 32, 0).png(), [0, 0, 0]],
    ["grey with alpha", plain(32, 32, 1).greyscale().png(), undefined],
    ["of 16 bits", plain(32, 32).toColourspace("rgb16").png(), [220, 30, 20]],
  ] as const)("%s becomes three channels, on black", async (name, picture, expected) => {
    const { rgb } = await readPicture(await file(`${name}.png`, picture));
    expect(rgb).toHaveLength(32 * 32 * 3);
    if (expected === undefined) expect(new Set(rgb).size).toBe(1);
    else meanOf(rgb).forEach((mean, i) => expect(Math.abs(mean - (expected[i] ?? 0))).toBeLessThan(3));
  });

  it("of a single pixel is a picture of a single pixel", async () => {
    const { width, height, rgb } = await readPicture(await file("dot.png", plain(1, 1).png()));
    expect({ width, height, rgb: [...rgb] }).toEqual({ width: 1, height: 1, rgb: [220, 30, 20] });
  });

  it("of 10,000 × 10,000 is refused for its size, before it is decoded", async () => {
    const path = await file("huge.png", plain(10_000, 10_000).png({ compressionLevel: 1 }));
    await expect(readPicture(path)).rejects.toMatchObject({ name: "EnrolError", kind: "too-large" });
    await expect(readPicture(path)).rejects.toThrow(/huge\.png has 100 megapixels; at most 50/);
  });

  it.each([
    ["empty.jpg", ""],
    ["page.jpg", "<html>404</html>"],
  ])("that is none (%s) is refused by name", async (name, content) => {
    writeFileSync(join(folder, name), content);
    await expect(readPicture(join(folder, name))).rejects.toThrow(`${name} is no picture that can be read`);
  });

  it("cut short is refused, not half read", async () => {
    const whole = await plain(200, 200).jpeg().toBuffer();
    writeFileSync(join(folder, "short.jpg"), whole.subarray(0, whole.length >> 1));
    await expect(readPicture(join(folder, "short.jpg"))).rejects.toThrow("short.jpg is no picture");
  });
});

describe("a picture that models are compared on", () => {
  it.each([
    ["cmyk.jpg", () => plain(64, 48).toColourspace("cmyk").jpeg({ quality: 95 })],
    ["alpha.png", () => plain(64, 48, 1).png()],
    ["dot.png", () => plain(1, 1).png()],
    ["huge.png", () => plain(10_000, 10_000).png({ compressionLevel: 1 })],
  ])("is scaled to the network's input, whatever it is (%s)", async (name, picture) => {
    const path = await file(name, picture());
    const [pixels, ...more] = await cutPictures([path], 1, { width: 32, height: 32 });
    expect(more).toEqual([]);
    const [r = 0, g = 0, b = 0] = meanOf(pixels ?? new Uint8Array());
    expect(r).toBeGreaterThan(150);
    expect(Math.max(g, b)).toBeLessThan(110);
  });

  it("that is none is refused by name", async () => {
    writeFileSync(join(folder, "none.jpg"), "<html>404</html>");
    await expect(cutPictures([join(folder, "none.jpg")], 1, { width: 32, height: 32 })).rejects.toThrow(
      "none.jpg",
    );
  });
});

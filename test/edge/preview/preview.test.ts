// The preview: size, content, and that a hidden head can't be seen again.
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { headsOf } from "../../../edge/preview/heads.ts";
import { pixelate } from "../../../edge/preview/pixelate.ts";
import { makePreview } from "../../../edge/preview/preview.ts";
import type { SmallPicture } from "../../../edge/camera/frame.ts";

/** A picture in which every pixel differs from its neighbours: detail that pixelation must destroy. */
function busy(width: number, height: number): SmallPicture {
  const pixels = new Uint8Array(new SharedArrayBuffer(width * height * 3));
  for (let i = 0; i < pixels.length; i++) pixels[i] = (i * 2_654_435_761) >>> 24;
  return { width, height, pixels };
}

async function decoded(jpeg: Buffer): Promise<{ data: Buffer; width: number; height: number }> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Mean absolute difference of horizontal neighbours (green) within a rectangle. */
function detail(
  image: { data: Buffer; width: number },
  x1: number,
  y1: number,
  x2: number,
  y2: number,
): number {
  let sum = 0;
  let count = 0;
  for (let y = y1; y < y2; y++) {
    for (let x = x1; x + 1 < x2; x++, count++) {
      const at = (y * image.width + x) * 3 + 1;
      sum += Math.abs((image.data[at] ?? 0) - (image.data[at + 3] ?? 0));
    }
  }
  return sum / count;
}

describe("makePreview", () => {
  it("shows only the camera's picture, without the letterbox, at most 640 wide", async () => {
    const content = { x1: 0, y1: 52, x2: 416, y2: 286 };
    expect(await decoded(await makePreview(busy(416, 416), content, []))).toMatchObject({
      width: 416,
      height: 234,
    });
    const wide = await makePreview(busy(1280, 720), { x1: 0, y1: 0, x2: 1280, y2: 720 }, []);
    expect(await decoded(wide)).toMatchObject({ width: 640, height: 360 });
  });

  it("takes the detail out of a head and leaves the rest", async () => {
    const head = { x1: 100, y1: 100, x2: 180, y2: 200 };
    const image = await decoded(
      await makePreview(busy(416, 416), { x1: 0, y1: 0, x2: 416, y2: 416 }, [head]),
    );
    const outside = detail(image, 220, 100, 300, 200);
    expect(detail(image, 102, 102, 178, 198)).toBeLessThan(outside / 10);
  });

  it("leaves the frame's own pixels alone, for they are still being analysed", async () => {
    const picture = busy(64, 64);
    const before = Uint8Array.from(picture.pixels);
    await makePreview(picture, { x1: 0, y1: 0, x2: 64, y2: 64 }, [{ x1: 0, y1: 0, x2: 64, y2: 64 }]);
    expect(Uint8Array.from(picture.pixels)).toEqual(before);
  });

  it("refuses a content that lies outside the picture", async () => {
    await expect(makePreview(busy(64, 64), { x1: 70, y1: 0, x2: 90, y2: 20 }, [])).rejects.toThrow(
      RangeError,
    );
  });
});

describe("pixelate", () => {
  it("leaves at most five by five colours of a region, whatever its size", () => {
    for (const side of [3, 20, 61, 300]) {
      const { pixels } = busy(320, 320);
      pixelate(pixels, 320, 320, { x1: 7, y1: 5, x2: 7 + side, y2: 5 + side });
      const colours = new Set<number>();
      for (let y = 5; y < 5 + side; y++) {
        for (let x = 7; x < 7 + side; x++) {
          const at = (y * 320 + x) * 3;
          colours.add(((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0));
        }
      }
      expect(colours.size).toBeLessThanOrEqual(25);
    }
  });

  it("bears boxes that lie partly or wholly outside", () => {
    const { pixels } = busy(32, 32);
    const before = Uint8Array.from(pixels);
    pixelate(pixels, 32, 32, { x1: -50, y1: -50, x2: -10, y2: -10 });
    expect(Uint8Array.from(pixels)).toEqual(before);
    pixelate(pixels, 32, 32, { x1: -10, y1: 20, x2: 50, y2: 90 });
    expect(pixels.subarray(0, 20 * 32 * 3)).toEqual(new Uint8Array(before.subarray(0, 20 * 32 * 3)));
  });
});

describe("headsOf", () => {
  it("covers the top of a person and the whole of a face, both widened", () => {
    const person = { x1: 100, y1: 100, x2: 140, y2: 200 };
    const face = { x1: 10, y1: 10, x2: 30, y2: 34 };
    expect(
      headsOf([
        { class: "person", box: person },
        { class: "face", box: face },
      ]),
    ).toEqual([
      { x1: 90, y1: 90, x2: 150, y2: 140 },
      { x1: 5, y1: 5, x2: 35, y2: 39 },
    ]);
  });
});

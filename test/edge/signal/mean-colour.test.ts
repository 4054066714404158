// Mean colours of rectangles, from rgb24 and from yuv420p of the same picture.
import { expect, test } from "vitest";
import { meanOfFull, meanOfSmall } from "../../../edge/signal/mean-colour.ts";
import { yuvFromRgb } from "../../../models/yuv.ts";

const WIDTH = 32;
const HEIGHT = 24;
const RED = [220, 40, 50] as const;
const GREY = [90, 100, 110] as const;

/** Grey with a red square at 8, 8 of 8 × 8 pixels. */
function picture(): Uint8Array<SharedArrayBuffer> {
  const pixels = new Uint8Array(new SharedArrayBuffer(WIDTH * HEIGHT * 3));
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++)
      pixels.set(x >= 8 && x < 16 && y >= 8 && y < 16 ? RED : GREY, (y * WIDTH + x) * 3);
  return pixels;
}

test("the mean of a lamp's rectangle is its colour, in both kinds of picture", async () => {
  const area = { left: 8, top: 8, width: 8, height: 8 };
  const small = await meanOfSmall({ width: WIDTH, height: HEIGHT, pixels: picture() }, area);
  expect(small).toEqual([...RED]);
  const { y, u, v, matrix } = yuvFromRgb(picture(), WIDTH, HEIGHT);
  const planes = new Uint8Array(new SharedArrayBuffer(y.length + u.length + v.length));
  planes.set(y);
  planes.set(u, y.length);
  planes.set(v, y.length + u.length);
  const full = await meanOfFull({ width: WIDTH, height: HEIGHT, planes, matrix }, area);
  // Chroma of the edge is shared with the pixels beside it.
  for (const [index, value] of RED.entries()) expect(Math.abs((full?.[index] ?? 0) - value)).toBeLessThan(12);
});

test("a rectangle outside the picture has no colour; one that reaches beyond is cut", async () => {
  const small = { width: WIDTH, height: HEIGHT, pixels: picture() };
  expect(await meanOfSmall(small, { left: WIDTH + 4, top: 0, width: 5, height: 5 })).toBeUndefined();
  expect(await meanOfSmall(small, { left: WIDTH - 2, top: 0, width: 50, height: 5 })).toEqual([...GREY]);
});

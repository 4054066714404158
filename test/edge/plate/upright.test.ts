// A slanting plate hangs straight after it was turned; corners that are none are refused.
import sharp from "sharp";
import { expect, test } from "vitest";
import { plateColour, colourOf } from "../../../edge/plate/colour.ts";
import { uprightPlate } from "../../../edge/plate/upright.ts";
import { vehiclePicture } from "../../../edge/plate/vehicle-picture.ts";
import { yuvFromRgb } from "../../../models/yuv.ts";

const SIZE = 200;

/** A plate with a yellow ground, its left quarter black, on grey: seen from the side and from below. */
async function slanted(): Promise<{ rgb: Buffer; corners: [number, number][] }> {
  const corners: [number, number][] = [
    [50, 60],
    [150, 80],
    [145, 130],
    [45, 110],
  ];
  const quarter = [
    corners[0],
    mid(corners[0], corners[1], 0.25),
    mid(corners[3], corners[2], 0.25),
    corners[3],
  ];
  const points = (all: readonly (readonly number[] | undefined)[]): string =>
    all.map((point) => point?.join(",")).join(" ");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}"><rect width="200" height="200" fill="#808080"/>
    <polygon points="${points(corners)}" fill="#f0c010"/><polygon points="${points(quarter)}" fill="#000"/></svg>`;
  return { rgb: await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer(), corners };
}

function mid(a: readonly number[] = [], b: readonly number[] = [], share: number): number[] {
  return [0, 1].map((axis) => (a[axis] ?? 0) * (1 - share) + (b[axis] ?? 0) * share);
}

test("after turning, upright lines of the plate stand in columns of the picture", async () => {
  const { rgb, corners } = await slanted();
  const upright = await uprightPlate({ width: SIZE, height: SIZE, rgb }, corners);
  if (upright === undefined) throw new Error("it is a plate");
  const { picture, box } = upright;
  const width = (box.x2 - box.x1) / 1.12;
  expect(width).toBeCloseTo(Math.hypot(100, 20), 0);
  const at = (x: number, y: number): number[] => {
    const from = (Math.round(y) * picture.width + Math.round(x)) * 3;
    return [...picture.rgb.subarray(from, from + 3)];
  };
  // Eighth and middle of the plate's width, near its upper and its lower edge.
  const [left, top] = [(box.x1 + box.x2 - width) / 2, (box.y1 + box.y2) / 2];
  for (const dy of [-16, 16]) {
    expect(Math.max(...at(left + width * 0.15, top + dy))).toBeLessThan(60);
    expect(at(left + width * 0.4, top + dy)[0]).toBeGreaterThan(200);
    expect(at(left + width * 0.9, top + dy)[2]).toBeLessThan(60);
  }
  expect(await plateColour(upright)).toBe("yellow");
});

test("a mirrored plate and corners on one line are none", async () => {
  const { rgb, corners } = await slanted();
  const picture = { width: SIZE, height: SIZE, rgb };
  const [a, b, c, d] = corners;
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error("four");
  expect(await uprightPlate(picture, [b, a, d, c])).toBeUndefined();
  expect(await uprightPlate(picture, [a, b, b, a])).toBeUndefined();
  expect(await uprightPlate(picture, [a, b, c])).toBeUndefined();
});

test.each([
  [[230, 228, 225], 190, "white"],
  [[220, 170, 20], 140, "yellow"],
  [[30, 60, 150], 100, "blue"],
  [[170, 20, 25], 90, "red"],
  [[20, 20, 25], 20, undefined],
  [[90, 92, 95], 120, undefined],
] as const)("a ground of %j under a mean of %i is %s", (ground, mean, colour) => {
  expect(colourOf([...ground], mean)).toBe(colour);
});

test("a vehicle cut from planes has the colours of the picture, larger ones are scaled down", async () => {
  const { rgb } = await slanted();
  const { y, u, v, matrix } = yuvFromRgb(rgb, SIZE, SIZE);
  const planes = new Uint8Array(new SharedArrayBuffer(y.length + u.length + v.length));
  planes.set(y);
  planes.set(u, y.length);
  planes.set(v, y.length + u.length);
  const full = { width: SIZE, height: SIZE, planes, matrix };
  const cut = await vehiclePicture(full, { x1: 60, y1: 60, x2: 160, y2: 130 });
  if (cut === undefined) throw new Error("it is in the picture");
  expect([cut.left, cut.top, cut.scale]).toEqual([50, 50, 1]);
  const at = (x: number, yy: number): number[] => {
    const from = ((yy - cut.top) * cut.picture.width + x - cut.left) * 3;
    return [...cut.picture.rgb.subarray(from, from + 3)];
  };
  const [red = 0, green = 0, blue = 0] = at(110, 95);
  expect([Math.abs(red - 240), Math.abs(green - 192), Math.abs(blue - 16)].every((each) => each < 8)).toBe(
    true,
  );
  expect(Math.abs((at(150, 60)[1] ?? 0) - 128)).toBeLessThan(4);
  expect(await vehiclePicture(full, { x1: 300, y1: 300, x2: 400, y2: 400 })).toBeUndefined();
});

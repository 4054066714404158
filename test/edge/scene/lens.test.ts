// The ground plane through a lens that bends straight lines.
import { describe, expect, test } from "vitest";
import { groundAt, pictureAt, solveGround } from "../../../edge/scene/ground.ts";

// A camera 6 m up, 10 m in front of the origin, looking along +y and 20° down; focal length 900 px.
const camera = { x: 3, y: -10, z: 6 };
const tilt = (20 * Math.PI) / 180;
const project = (x: number, y: number, z = 0): { x: number; y: number } => {
  const dx = x - camera.x;
  const dy = y - camera.y;
  const dz = z - camera.z;
  const depth = dy * Math.cos(tilt) - dz * Math.sin(tilt);
  const down = -dy * Math.sin(tilt) - dz * Math.cos(tilt);
  return { x: 640 + (900 * dx) / depth, y: 360 + (900 * down) / depth };
};
const pairs = [
  [-3, 5],
  [8, 6],
  [9, 40],
  [-4, 35],
].map(([x = 0, y = 0]) => ({ from: project(x, y), to: { x, y } }));

describe.each([-0.25, 0.12])("seen through a lens of distortion %d", (distortion) => {
  const picture = { width: 1280, height: 720 };
  const radius = Math.hypot(640, 360);
  // Found by search, not by the formula under test: the distorted radius whose straightened one is the ideal.
  const through = (ideal: { x: number; y: number }): { x: number; y: number } => {
    const away = Math.hypot(ideal.x - 640, ideal.y - 360) / radius;
    let [least, most] = [0, 1.2];
    for (let step = 0; step < 60; step++) {
      const middle = (least + most) / 2;
      if (middle / (1 + distortion * middle * middle) < away) least = middle;
      else most = middle;
    }
    const scale = away === 0 ? 1 : least / away;
    return { x: 640 + (ideal.x - 640) * scale, y: 360 + (ideal.y - 360) * scale };
  };
  const bent = pairs.map(({ from, to }) => ({ from: through(from), to }));
  const solved = solveGround(bent, picture, undefined, distortion);

  test("a place is where it is, and its pixel comes back", () => {
    if (solved === undefined) throw new Error("not solved");
    for (const [x, y] of [
      [0, 12],
      [6, 22],
      [-2, 30],
    ] as const) {
      const pixel = through(project(x, y));
      expect(groundAt(solved, pixel)?.x).toBeCloseTo(x, 5);
      expect(groundAt(solved, pixel)?.y).toBeCloseTo(y, 5);
      const back = pictureAt(solved, { x, y });
      expect(back?.x).toBeCloseTo(pixel.x, 5);
      expect(back?.y).toBeCloseTo(pixel.y, 5);
    }
    expect(solved.camera?.heightM).toBeCloseTo(camera.z, 4);
  });

  test("taken for a straight one it puts places decimetres off", () => {
    const plain = solveGround(bent, picture);
    const at = plain === undefined ? undefined : groundAt(plain, through(project(0, 12)));
    expect(Math.hypot((at?.x ?? 0) - 0, (at?.y ?? 0) - 12)).toBeGreaterThan(0.1);
  });
});

// The generator's camera: what it projects lies where it says, and a road user stands where the formats say.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { Body } from "./body.ts";
import { groundAt, located, type Mast, project, silhouette } from "./mast.ts";

const mast: Mast = {
  x: 3,
  y: -60,
  height: 10,
  yaw: 0.01,
  pitch: 0.26,
  focal: 1280,
  picture: { width: 1920, height: 1080 },
};

test.prop([fc.double({ min: -20, max: 20, noNaN: true }), fc.double({ min: -45, max: 60, noNaN: true })])(
  "a place on the ground goes to the picture and back",
  (x, y) => {
    const seen = project(mast, x, y, 0);
    const back = seen && groundAt(mast, seen.u, seen.v);
    expect(back?.x).toBeCloseTo(x, 6);
    expect(back?.y).toBeCloseTo(y, 6);
  },
);

describe("a body before the camera", () => {
  const car: Body = {
    id: 1,
    class: "car",
    x: 1.75,
    y: -20,
    heading: Math.PI / 2,
    length: 4.4,
    width: 1.8,
    height: 1.5,
    base: 0,
    group: 1,
    plate: undefined,
  };

  it("seen from behind stands at its rear", () => {
    const place = located(mast, car);
    expect(place?.y).toBeCloseTo(-22.2, 1);
    expect(Math.abs((place?.x ?? 0) - 1.75)).toBeLessThan(0.3);
  });

  it("is seen smaller when it is farther away, and not at all behind the camera", () => {
    const near = silhouette(mast, car);
    const far = silhouette(mast, { ...car, y: 20 });
    expect((near?.box[2] ?? 0) - (near?.box[0] ?? 0)).toBeGreaterThan(
      (far?.box[2] ?? 0) - (far?.box[0] ?? 0),
    );
    expect(silhouette(mast, { ...car, y: -70 })).toBeUndefined();
  });

  it("has no place on the ground above the horizon", () => {
    expect(groundAt(mast, 960, 0)).toBeUndefined();
  });
});

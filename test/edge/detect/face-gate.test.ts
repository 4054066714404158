// Geometry, appearance and the quality gate of faces.
import { describe, expect, it } from "vitest";
import { faceAppearance, type LumaPlane } from "../../../edge/detect/face-appearance.ts";
import { assessFace, GATE } from "../../../edge/detect/face-gate.ts";
import { faceGeometry, type FivePoints } from "../../../edge/detect/face-geometry.ts";
import { createRegionCutter } from "../../../edge/detect/face-region.ts";
import { facesInTurn } from "../../../edge/detect/face-turn.ts";

/** ArcFace's template: a frontal face with eyes 35 pixels apart. */
const TEMPLATE = [
  [38.29, 51.7],
  [73.53, 51.5],
  [56.03, 71.74],
  [41.55, 92.37],
  [70.73, 92.2],
] as const;

function face(scale = 1, dx = 0, dy = 0, angle = 0): FivePoints {
  const points = TEMPLATE.map(([px, py]) => {
    const x = (px - 56) * scale;
    const y = (py - 56) * scale;
    return {
      x: x * Math.cos(angle) - y * Math.sin(angle) + 56 + dx,
      y: x * Math.sin(angle) + y * Math.cos(angle) + 56 + dy,
    };
  });
  return points as unknown as FivePoints;
}

const look = { brightness: 120, contrast: 40, sharpness: 0.4 };
const picture = { width: 640, height: 480 };

function reasonOf(points: FivePoints, appearance = look, confidence = 0.9): string | undefined {
  return assessFace({ confidence }, faceGeometry(points), appearance, picture).reason;
}

describe("face geometry", () => {
  it("is that of a frontal face for the alignment template", () => {
    const geometry = faceGeometry(face());
    expect(geometry.size).toBeCloseTo(35.24, 0);
    expect(Math.abs(geometry.aside)).toBeLessThan(0.02);
    expect(geometry.nod).toBeCloseTo(0.5, 1);
  });

  it("keeps size, attitude and nod when the head is tilted, and tells the tilt", () => {
    const upright = faceGeometry(face(2, 200, 200));
    const tilted = faceGeometry(face(2, 200, 200, 0.5));
    expect(tilted.roll - upright.roll).toBeCloseTo(0.5, 9);
    expect(tilted.size).toBeCloseTo(upright.size, 9);
    expect(tilted.aside).toBeCloseTo(upright.aside, 9);
    expect(tilted.nod).toBeCloseTo(upright.nod, 9);
  });

  it("does not take a turned head for a small one", () => {
    const [left, right, nose, mouthLeft, mouthRight] = face(2, 200, 200);
    const turned = [
      left,
      { ...right, x: left.x + 25 },
      { ...nose, x: left.x + 24 },
      mouthLeft,
      mouthRight,
    ] as const;
    expect(faceGeometry(turned).size).toBeGreaterThan(60);
    expect(reasonOf(turned)).toBe("turned");
  });
});

describe("the quality gate", () => {
  it("lets a frontal, large, sharp face through with high quality", () => {
    const { quality, reason } = assessFace(
      { confidence: 0.95 },
      faceGeometry(face(2, 200, 200)),
      look,
      picture,
    );
    expect(reason).toBeUndefined();
    expect(quality).toBeGreaterThan(0.85);
  });

  it.each([
    ["unsure", face(2, 200, 200), look, 0.5],
    ["small", face(0.3, 200, 200), look, 0.9],
    ["edge", face(2, -50, 200), look, 0.9],
    ["tilted", face(2, 200, 200, 1.2), look, 0.9],
    ["dark", face(2, 200, 200), { ...look, brightness: 20 }, 0.9],
    ["bright", face(2, 200, 200), { ...look, brightness: 240 }, 0.9],
    ["flat", face(2, 200, 200), { ...look, contrast: 3 }, 0.9],
    ["blurred", face(2, 200, 200), { ...look, sharpness: GATE.sharpness / 2 }, 0.9],
  ] as const)("refuses a face as %s", (reason, points, appearance, confidence) => {
    expect(reasonOf(points, appearance, confidence)).toBe(reason);
  });
});

describe("face appearance", () => {
  function plane(value: (x: number, y: number) => number): LumaPlane {
    const y = new Uint8Array(200 * 200);
    for (let i = 0; i < y.length; i++) y[i] = value(i % 200, Math.floor(i / 200));
    return { width: 200, height: 200, y };
  }
  const geometry = faceGeometry(face(1, 44, 44));

  it("tells brightness and contrast", () => {
    expect(
      faceAppearance(
        plane(() => 90),
        geometry,
      ),
    ).toMatchObject({ brightness: 90, contrast: 0 });
    const checks = faceAppearance(
      plane((x, y) => (((x >> 2) + (y >> 2)) % 2 === 0 ? 60 : 180)),
      geometry,
    );
    expect(checks.brightness).toBeGreaterThan(100);
    expect(checks.brightness).toBeLessThan(140);
    expect(checks.contrast).toBeGreaterThan(45);
  });

  it("finds less detail in a picture smeared along either direction", () => {
    const sharp = plane((x, y) => (((x >> 2) + (y >> 2)) % 2 === 0 ? 60 : 180));
    const smearedAcross = plane((_, y) => ((y >> 2) % 2 === 0 ? 60 : 180));
    const smearedDown = plane((x) => ((x >> 2) % 2 === 0 ? 60 : 180));
    const { sharpness } = faceAppearance(sharp, geometry);
    expect(faceAppearance(smearedAcross, geometry).sharpness).toBeLessThan(sharpness / 10);
    expect(faceAppearance(smearedDown, geometry).sharpness).toBeLessThan(sharpness / 10);
  });
});

describe("the face region", () => {
  it("holds the same pixels as the picture, even-aligned, around the whole aligned chip", () => {
    const width = 301;
    const height = 203;
    const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
    const planes = new Uint8Array(new SharedArrayBuffer(width * height + 2 * chroma));
    for (let i = 0; i < planes.length; i++) planes[i] = (i * 31) % 251;
    const geometry = faceGeometry(face(0.7, 90, 50));
    const cut = createRegionCutter()({ width, height, planes, matrix: "bt709" }, geometry);
    if (cut === undefined) throw new Error("no region");
    const { region, left, top } = cut;
    expect([left % 2, top % 2, region.width % 2, region.height % 2]).toEqual([0, 0, 0, 0]);
    expect([region.y.length, region.u.length]).toEqual([
      region.width * region.height,
      (region.width * region.height) / 4,
    ]);
    expect(region.y[3 * region.width + 5]).toBe(planes[(top + 3) * width + left + 5]);
    const stride = Math.ceil(width / 2);
    const at = (top / 2 + 3) * stride + left / 2 + 5;
    expect(region.u[3 * (region.width / 2) + 5]).toBe(planes[width * height + at]);
    expect(region.v[3 * (region.width / 2) + 5]).toBe(planes[width * height + chroma + at]);
    // The chip's corners: 56 pixels of the template from its centre, at this scale, and within the picture.
    expect(left).toBeLessThanOrEqual(90 + 56 - 56 * 0.7);
    expect(left + region.width).toBeGreaterThanOrEqual(90 + 56 + 56 * 0.7);
  });

  it("is nothing for a face that lies outside the picture", () => {
    const planes = new Uint8Array(new SharedArrayBuffer(96));
    const cut = createRegionCutter()(
      { width: 8, height: 8, planes, matrix: "bt601" },
      faceGeometry(face(1, 900, 900)),
    );
    expect(cut).toBeUndefined();
  });
});

describe("faces in turn", () => {
  it("takes all when they are few", () => {
    expect(facesInTurn([0.2, 0.9], 8, 5).sort()).toEqual([0, 1]);
  });

  it("always takes the best, and every other one within a few frames", () => {
    const qualities = Array.from({ length: 20 }, (_, i) => i / 20);
    const seen = new Set<number>();
    for (let turn = 0; turn < 4; turn++) {
      const chosen = facesInTurn(qualities, 8, turn);
      expect(chosen).toHaveLength(8);
      expect(new Set(chosen).size).toBe(8);
      expect(chosen.slice(0, 4)).toEqual([19, 18, 17, 16]);
      for (const index of chosen) seen.add(index);
    }
    expect(seen.size).toBe(20);
  });
});

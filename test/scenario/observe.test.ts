// The noise model does what its figures say, and nothing at level 0.
import { describe, expect, it } from "vitest";
import type { Body, Moment } from "./body.ts";
import { type Mast, silhouette } from "./mast.ts";
import { L0, L1, type NoiseModel } from "./noise.ts";
import { createObserver } from "./observe.ts";
import { createRandom } from "./random.ts";

const mast: Mast = {
  x: 0,
  y: 0,
  height: 9,
  yaw: 0,
  pitch: 0.4,
  focal: 850,
  picture: { width: 1280, height: 720 },
};

/** Ten people who stand apart. */
const bodies: Body[] = Array.from({ length: 10 }, (_, index) => ({
  id: index + 1,
  class: "person",
  x: (index % 5) * 3 - 6,
  y: 16 + Math.floor(index / 5) * 6,
  heading: 0,
  length: 0.35,
  width: 0.5,
  height: 1.65,
  base: 0,
  group: index + 1,
  plate: undefined,
}));
const moments: Moment[] = Array.from({ length: 3000 }, (_, index) => ({ tMs: index * 100, bodies }));

function watched(noise: NoiseModel) {
  const observer = createObserver(mast, noise, createRandom(7));
  return moments.map((moment) => observer.observe(moment).detections);
}

describe("a detector", () => {
  it("of level 0 sees everyone, exactly, and nothing else", () => {
    const [first, ...others] = watched(L0);
    expect(first).toHaveLength(10);
    expect(others.every((frame) => frame.length === 10)).toBe(true);
    const box = first?.[0]?.box;
    const ideal = bodies[0] === undefined ? undefined : silhouette(mast, bodies[0])?.box;
    expect(box?.map((edge, index) => Math.abs(edge - (ideal?.[index] ?? 0)) < 0.01)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it("of level 1 misses 8 %, errs by 5 % of the box at each edge, and sees 0.2 ghosts a frame", () => {
    const frames = watched(L1);
    const real = frames.flatMap((frame) => frame.filter(({ id }) => id !== undefined));
    const ghosts = frames.flat().length - real.length;
    expect(1 - real.length / (moments.length * bodies.length)).toBeCloseTo(0.08, 2);
    expect(ghosts / moments.length).toBeCloseTo(0.2, 1);
    const errors = real.map(({ id, box }) => {
      const body = bodies[(id ?? 1) - 1];
      const ideal = body === undefined ? undefined : silhouette(mast, body)?.box;
      return ideal === undefined ? 0 : (box[3] - ideal[3]) / (ideal[3] - ideal[1]);
    });
    const variance = errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
    expect(Math.sqrt(variance)).toBeCloseTo(0.05, 2);
  });

  it("misses in runs when told so, with the same share missed in all", () => {
    const frames = watched({ ...L1, missed: 0.2, missedAgain: 0.8 });
    const seen = frames.map((frame) => frame.some(({ id }) => id === 3));
    const missed = seen.filter((is) => !is).length;
    const again = seen.filter((is, index) => !is && seen[index - 1] === false).length;
    expect(Math.abs(missed / seen.length - 0.2)).toBeLessThan(0.06);
    expect(again / missed).toBeGreaterThan(0.7);
  });
});

// Generated crowds: reproducible, counted truly, with the incident they were meant to have.
import { describe, expect, it } from "vitest";
import { holds, PLAZA } from "./square.ts";
import { CROWD_RULES, generateCrowd, generateOrdinary } from "./generate.ts";

describe("a generated crowd", () => {
  it("is the same for the same seed", () => {
    expect(generateCrowd("a", CROWD_RULES)).toEqual(generateCrowd("a", CROWD_RULES));
  });

  it("counts in its samples the people who stand in the zone", () => {
    const scene = generateCrowd("b", ["crowd-over"]);
    for (const sample of scene.samples ?? []) {
      const moment = scene.moments.find(({ tMs }) => Math.abs(tMs - sample.t_ms) <= 20);
      expect(moment?.bodies.filter((body) => holds(PLAZA, body)).length).toBe(sample.persons);
    }
  });

  it.each(CROWD_RULES)("can have an incident of %s, and something close that is none", (rule) => {
    const scenes = Array.from({ length: 8 }, (_, index) => generateCrowd(`c/${index}`, [rule]));
    const labelled = scenes.filter(({ labels }) => labels.length > 0);
    expect(labelled.length).toBeGreaterThan(0);
    expect(labelled.length).toBeLessThan(scenes.length);
    expect(labelled.every(({ labels }) => labels.every((label) => label.rule === rule))).toBe(true);
  });

  it("keeps ordinary people apart from each other", () => {
    const scene = generateOrdinary("d", CROWD_RULES, 60);
    expect(scene.labels).toEqual([]);
    for (const { bodies } of scene.moments.slice(0, 100)) {
      for (const a of bodies) {
        const tooClose = bodies.some((b) => b.id !== a.id && Math.hypot(a.x - b.x, a.y - b.y) < 0.1);
        expect(tooClose).toBe(false);
      }
    }
  });
});

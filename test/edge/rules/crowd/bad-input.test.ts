// Crowd rules on pictures that show no crowd as it is: no ground, nobody for hours, no light, false boxes, a camera knocked askew.
import { describe, expect, test } from "vitest";
import type { Detection } from "../../../../edge/detect/detection.ts";
import type { PipelineEvent } from "../../../../edge/event/event-draft.ts";
import { createRandom } from "../../../scenario/random.ts";
import { type Actor, dataOf, GROUND, play, sceneOf, startPipeline } from "../street.ts";

const RULES = `zones:
  - {name: plaza, kind: crowd, polygon: [[200, 200], [700, 200], [700, 500], [200, 500]], capacity: 20}
rules:
  - {rule: crowd-over, zone: plaza}
  - {rule: crowd-surge, zone: plaza}
  - {rule: crowd-dispersal, zone: plaza}
  - {rule: loitering, zone: plaza, max_s: 600}
`;
const standing = (count: number, present: (t: number) => boolean): Actor[] =>
  Array.from({ length: count }, (_, i) => {
    const at = { x: 12 + (i % 12) * 1.6, y: 14 + Math.floor(i / 12) * 3 };
    return { class: "person", size: [0.5, 1.7], path: (t) => (present(t) ? at : undefined) };
  });
const timeOf = (tMs: number) =>
  ({
    ptsMs: tMs,
    tMs,
    timeline: 0,
    captureMs: tMs,
    method: "media",
    boxArrivalMs: tMs,
  }) as const;

const alertsOf = (events: readonly PipelineEvent[]) =>
  events.map(({ draft }) => draft).filter(({ type }) => type === "vn.ngatu.crowd.alert.v1");

test("without a ground plane people are counted, and no density is claimed", () => {
  const events = play({
    scene: sceneOf(RULES, ""),
    actors: standing(30, () => true),
    untilS: 8,
  });
  expect(dataOf(events, "crowd-over").map(({ state }) => state)).toEqual(["opened"]);
  const samples = events.filter(({ type }) => type === "vn.ngatu.crowd.sample.v1").map(({ data }) => data);
  expect(samples.at(-1)).toMatchObject({ persons: 30 });
  for (const key of ["density", "level", "cells", "queue_m"]) expect(samples.at(-1)).not.toHaveProperty(key);
});

test("without a ground plane a rule that measures in metres is refused by name", () => {
  const rule = RULES.replace("rule: crowd-over", "rule: crowd-density, level: C");
  expect(() => sceneOf(rule, "")).toThrow(/ground/);
  expect(() => sceneOf(rule, GROUND)).not.toThrow();
});

test("hours with nobody raise nothing, and what is remembered does not grow", () => {
  const pipeline = startPipeline(sceneOf(RULES));
  let alerts = 0;
  const sizes: number[] = [];
  for (let tMs = 0; tMs < 3 * 3600_000; tMs += 2000) {
    const events = pipeline.see({ time: timeOf(tMs), detections: [] });
    alerts += alertsOf(events).length;
    if (tMs % 3600_000 === 1_800_000) sizes.push(JSON.stringify(pipeline.snapshot()).length);
  }
  expect(alerts).toBe(0);
  expect((sizes.at(-1) ?? 0) - (sizes[0] ?? 0)).toBeLessThan(100);
});

test("a crowd that the dark hides has not run away, and is no surge when the light comes back", () => {
  const events = play({
    scene: sceneOf(RULES),
    actors: standing(40, (t) => t < 15 || t > 40),
    untilS: 60,
  });
  expect(dataOf(events, "crowd-dispersal")).toEqual([]);
  expect(dataOf(events, "crowd-surge")).toEqual([]);
});

test("false boxes that rain over the picture make no crowd", () => {
  const scene = sceneOf(RULES);
  const pipeline = startPipeline(scene);
  const random = createRandom("rain");
  const alerts: unknown[] = [];
  for (let tMs = 0; tMs < 60_000; tMs += 200) {
    const detections = Array.from({ length: 60 }, (): Detection => {
      const x = random.between(20, 1200);
      const y = random.between(100, 700);
      const height = random.between(20, 90);
      return {
        class: "person",
        confidence: random.between(0.2, 0.7),
        box: { x1: x, y1: y - height, x2: x + height * 0.4, y2: y },
      };
    });
    const events = pipeline.see({ time: timeOf(tMs), detections });
    alerts.push(...alertsOf(events).map(({ data }) => data));
  }
  expect(alerts).toEqual([]);
});

describe("a camera that no longer shows its scene", () => {
  const crowd = (picture?: { width: number; height: number }) =>
    play({
      scene: sceneOf(RULES),
      actors: standing(30, () => true),
      untilS: 8,
      ...(picture === undefined ? {} : { picture }),
    }).filter(({ type }) => type.startsWith("vn.ngatu.crowd."));

  test("says in every alert and sample that its zones may be elsewhere", () => {
    const events = crowd({ width: 640, height: 480 });
    expect(events.some(({ type }) => type === "vn.ngatu.crowd.alert.v1")).toBe(true);
    for (const { data } of events) expect(data).toMatchObject({ scene_verified: false });
  });

  test("says nothing of it where it stands as it was drawn", () => {
    for (const { data } of crowd()) expect(data).not.toHaveProperty("scene_verified");
  });
});

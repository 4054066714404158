// Road users are filled again in each frame: no rule may keep a part of one in its state.
import { expect, it } from "vitest";
import { benchScene } from "../../../cli/bench/rules/bench-scene.ts";
import { type LoadKind, roadUserLoad } from "../../../cli/bench/rules/road-user-load.ts";
import { createRoadUsers } from "../../../edge/rules/road-users.ts";
import { createRuleRun } from "../../../edge/rules/run.ts";
import { createSignals } from "../../../edge/rules/signals.ts";
import { createTracker } from "../../../edge/track/tracker.ts";

const FRAMES = 120;
const LOOK_EVERY = 30;
const STEP_MS = 200;

/** Every object inside a value, the value itself among them. */
function objectsIn(value: unknown, found = new Set<object>()): Set<object> {
  if (typeof value !== "object" || value === null || found.has(value)) return found;
  found.add(value);
  for (const part of Object.values(value)) objectsIn(part, found);
  return found;
}

it.each<LoadKind>(["traffic", "crowd"])(
  "no rule of the %s scene keeps what the next frame overwrites",
  (kind) => {
    const scene = benchScene(kind);
    if (scene.ground === undefined) throw new Error("the scene has ground");
    const tracker = createTracker();
    const users = createRoadUsers(scene);
    const signals = createSignals(scene);
    const rules = createRuleRun(scene);
    roadUserLoad(kind, 60, FRAMES, STEP_MS, scene.ground).forEach((detections, index) => {
      const tMs = index * STEP_MS;
      const tracks = tracker.step(tMs, detections);
      const placed = users.step(tMs, tracks);
      const frame = {
        tMs,
        captureMs: tMs,
        tracks,
        users: placed,
        signals: signals.step(tMs, tMs, undefined).readings,
      };
      rules.step({ ...frame, faces: [], sceneVerified: true, clock: "known" });
      if (index % LOOK_EVERY !== 0) return;
      const kept = objectsIn(rules.snapshot());
      expect([...objectsIn(placed)].filter((part) => kept.has(part))).toEqual([]);
    });
  },
);

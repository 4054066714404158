// A signal's state from its sources: freshness, and two that contradict each other.
import { describe, expect, test } from "vitest";
import type { SignalState } from "../../../config/camera.ts";
import { type ControllerState, createSignals, isStale } from "../../../edge/rules/signals.ts";
import { defaultScene, type Scene, type SceneSignal } from "../../../edge/scene/scene.ts";

function sceneWith(signal: SceneSignal): Scene {
  return {
    ...defaultScene({ width: 640, height: 480 }),
    signals: new Map([[signal.name, signal]]),
  };
}

function said(state: SignalState, ageMs = 0): ReadonlyMap<string, ControllerState> {
  return new Map([["controller-7/2", { state, forMs: 4000, ageMs }]]);
}

const controlled: SceneSignal = { name: "north", from: { mqtt: "controller-7/2" } };
const checked: SceneSignal = { ...controlled, check: { lamps: { red: [0, 0, 9, 9] } } };

describe("signals", () => {
  test("a controller's red began when it says, and is stale two seconds after it was said", () => {
    const signals = createSignals(sceneWith(controlled));
    const { readings } = signals.step(10_000, 10_000, undefined, { controllers: said("red") });
    const reading = readings.get("north");
    expect(reading).toEqual({ state: "red", sinceMs: 6000, atMs: 10_000 });
    const later = signals
      .step(12_500, 12_500, undefined, { controllers: said("red", 2500) })
      .readings.get("north");
    expect(later !== undefined && isStale(later, 12_500)).toBe(true);
  });

  test("two sources that contradict each other for a second make the state unknown, and it is told once", () => {
    const signals = createSignals(sceneWith(checked));
    const states: (string | undefined)[] = [];
    const notices = [0, 500, 1000, 1500, 2000].flatMap((tMs) => {
      const lamps = { north: tMs < 2000 ? "green" : "red" } as const;
      const view = signals.step(tMs, tMs, undefined, { controllers: said("red"), lamps });
      states.push(view.readings.get("north")?.state);
      return view.notices;
    });
    expect(states).toEqual(["red", "red", "unknown", "unknown", "red"]);
    expect(notices).toEqual([
      { signal: "north", state: "degraded", cause: "signal north: mqtt says red, lamps says green" },
      { signal: "north", state: "ok" },
    ]);
  });

  test("a second source that is silent or dark contradicts nothing", () => {
    const signals = createSignals(sceneWith(checked));
    for (const tMs of [0, 1000, 2000]) {
      const view = signals.step(tMs, tMs, undefined, {
        controllers: said("red"),
        lamps: { north: "unknown" },
      });
      expect(view.notices).toEqual([]);
      expect(view.readings.get("north")?.state).toBe("red");
    }
  });
});

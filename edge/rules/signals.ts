// The state of every signal at a frame, whatever its source: given with the frame, or by a schedule.
import type { SignalState } from "../../config/camera.ts";
import type { Scene, SceneSignal } from "../scene/scene.ts";
import type { SignalReading } from "./rule.ts";

/** A state that nobody confirmed for this long is not known to hold (FORMATS §2). */
export const STALE_MS = 2000;

/** Whether a reading still says something at a moment. */
export function isStale(reading: SignalReading, tMs: number): boolean {
  return tMs - reading.atMs > STALE_MS;
}

/** Follows the signals of a scene over its frames. */
export interface Signals {
  /** `given` overrides the camera file's source; a signal that is not in it keeps its last reading. */
  step(
    tMs: number,
    captureMs: number,
    given: Readonly<Record<string, SignalState>> | undefined,
  ): ReadonlyMap<string, SignalReading>;
}

export function createSignals(scene: Scene): Signals {
  let readings: ReadonlyMap<string, SignalReading> = new Map();
  const overridden = new Set<string>();
  return {
    step(tMs, captureMs, given) {
      const next = new Map(readings);
      for (const [name, state] of Object.entries(given ?? {})) {
        overridden.add(name);
        next.set(name, confirmed(next.get(name), state, tMs));
      }
      for (const signal of scene.signals.values()) {
        if (overridden.has(signal.name)) continue;
        const reading = scheduled(signal, tMs, captureMs);
        if (reading !== undefined) next.set(signal.name, reading);
      }
      readings = next;
      return next;
    },
  };
}

/** The same state after a silence is a new one: it may have changed and come back meanwhile. */
function confirmed(before: SignalReading | undefined, state: SignalState, tMs: number): SignalReading {
  const holds = before !== undefined && before.state === state && !isStale(before, tMs);
  return { state, sinceMs: holds ? before.sinceMs : tMs, atMs: tMs };
}

/** A fixed programme runs by the wall clock. */
function scheduled(signal: SceneSignal, tMs: number, captureMs: number): SignalReading | undefined {
  const { schedule } = signal.from;
  if (schedule === undefined) return undefined;
  const cycleMs = schedule.cycle_s * 1000;
  const intoCycle = captureMs - (schedule.offset_s ?? 0) * 1000;
  let rest = ((intoCycle % cycleMs) + cycleMs) % cycleMs;
  for (const phase of schedule.phases) {
    if (rest < phase.s * 1000) return { state: phase.state, sinceMs: tMs - rest, atMs: tMs };
    rest -= phase.s * 1000;
  }
  return { state: "unknown", sinceMs: tMs, atMs: tMs };
}

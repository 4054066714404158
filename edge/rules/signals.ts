// The state of every signal at a frame, whatever its source: lamps in the picture, a controller, a schedule, or given with the frame.
import type { SignalState } from "../../config/camera.ts";
import type { Scene, SceneSignal } from "../scene/scene.ts";
import type { SignalReading } from "./rule.ts";

/** A state that nobody confirmed for this long is not known to hold (FORMATS §2). */
export const STALE_MS = 2000;
/** Two sources may differ for this long, ms: a lamp is believed later than a controller that announces it. */
const DISAGREE_MS = 1000;

/** Whether a reading still says something at a moment. */
export function isStale(reading: SignalReading, tMs: number): boolean {
  return tMs - reading.atMs > STALE_MS;
}

/** What a controller said last. */
export interface ControllerState {
  readonly state: SignalState;
  /** How long the state holds already, ms. */
  readonly forMs: number;
  /** How long ago it was said, ms. */
  readonly ageMs: number;
}

/** What was sensed with a frame. */
export interface SensedSignals {
  /** By signal name, states that this frame confirms. */
  readonly lamps?: Readonly<Record<string, SignalState>>;
  /** By the signal's `mqtt` key. */
  readonly controllers?: ReadonlyMap<string, ControllerState>;
}

/** A signal whose two sources began or ceased to contradict each other. */
export interface SignalNotice {
  readonly signal: string;
  readonly state: "ok" | "degraded";
  readonly cause?: string;
}

export interface SignalView {
  readonly readings: ReadonlyMap<string, SignalReading>;
  readonly notices: readonly SignalNotice[];
}

/** Follows the signals of a scene over its frames. */
export interface Signals {
  /** `given` overrides the camera file's source; a signal that is not in it keeps its last reading. */
  step(
    tMs: number,
    captureMs: number,
    given: Readonly<Record<string, SignalState>> | undefined,
    sensed?: SensedSignals,
  ): SignalView;
}

type Source = SceneSignal["from"];

/** Both sources of one signal, and since when they contradict each other. */
interface Followed {
  readonly first?: SignalReading | undefined;
  readonly second?: SignalReading | undefined;
  readonly apartMs?: number | undefined;
  readonly told: boolean;
}

export function createSignals(scene: Scene): Signals {
  let readings: ReadonlyMap<string, SignalReading> = new Map();
  const followed = new Map<string, Followed>();
  const overridden = new Set<string>();
  return {
    step(tMs, captureMs, given, sensed = {}) {
      const next = new Map(readings);
      const notices: SignalNotice[] = [];
      for (const [name, state] of Object.entries(given ?? {})) {
        overridden.add(name);
        next.set(name, confirmed(next.get(name), state, tMs));
      }
      for (const signal of scene.signals.values()) {
        if (overridden.has(signal.name)) continue;
        const before = followed.get(signal.name) ?? { told: false };
        const look = (
          source: Source | undefined,
          last: SignalReading | undefined,
        ): SignalReading | undefined =>
          source === undefined ? undefined : sourceReading(source, signal.name, last, sensed, tMs, captureMs);
        const first = look(signal.from, before.first);
        const second = look(signal.check, before.second);
        const apartMs = contradict(first, second, tMs) ? (before.apartMs ?? tMs) : undefined;
        const apart = apartMs !== undefined && tMs - apartMs >= DISAGREE_MS;
        followed.set(signal.name, { first, second, apartMs, told: apart });
        if (apart !== before.told) notices.push(noticeOf(signal, first, second, apart));
        if (apart) next.set(signal.name, confirmed(readings.get(signal.name), "unknown", tMs));
        else if (first !== undefined) next.set(signal.name, first);
      }
      readings = next;
      return { readings: next, notices };
    },
  };
}

/** What a source says at this frame; its last reading where it says nothing new. */
function sourceReading(
  source: Source,
  name: string,
  last: SignalReading | undefined,
  sensed: SensedSignals,
  tMs: number,
  captureMs: number,
): SignalReading | undefined {
  if (source.schedule !== undefined) return scheduled(source.schedule, tMs, captureMs);
  if (source.mqtt !== undefined) {
    const said = sensed.controllers?.get(source.mqtt);
    return said === undefined
      ? last
      : { state: said.state, sinceMs: tMs - said.forMs, atMs: tMs - said.ageMs };
  }
  const state = sensed.lamps?.[name];
  return state === undefined ? last : confirmed(last, state, tMs);
}

/** Both say a colour, both lately, and not the same. */
function contradict(
  first: SignalReading | undefined,
  second: SignalReading | undefined,
  tMs: number,
): boolean {
  if (first === undefined || second === undefined) return false;
  const says = (reading: SignalReading): boolean =>
    !isStale(reading, tMs) && reading.state !== "unknown" && reading.state !== "off";
  return says(first) && says(second) && first.state !== second.state;
}

function noticeOf(
  signal: SceneSignal,
  first: SignalReading | undefined,
  second: SignalReading | undefined,
  apart: boolean,
): SignalNotice {
  if (!apart) return { signal: signal.name, state: "ok" };
  const [kind = "", other = ""] = [Object.keys(signal.from)[0], Object.keys(signal.check ?? {})[0]];
  const cause = `signal ${signal.name}: ${kind} says ${first?.state ?? "nothing"}, ${other} says ${second?.state ?? "nothing"}`;
  return { signal: signal.name, state: "degraded", cause };
}

/** The same state after a silence is a new one: it may have changed and come back meanwhile. */
function confirmed(before: SignalReading | undefined, state: SignalState, tMs: number): SignalReading {
  const holds = before !== undefined && before.state === state && !isStale(before, tMs);
  return { state, sinceMs: holds ? before.sinceMs : tMs, atMs: tMs };
}

/** A fixed programme runs by the wall clock. */
function scheduled(schedule: NonNullable<Source["schedule"]>, tMs: number, captureMs: number): SignalReading {
  const cycleMs = schedule.cycle_s * 1000;
  const intoCycle = captureMs - (schedule.offset_s ?? 0) * 1000;
  let rest = ((intoCycle % cycleMs) + cycleMs) % cycleMs;
  for (const phase of schedule.phases) {
    if (rest < phase.s * 1000) return { state: phase.state, sinceMs: tMs - rest, atMs: tMs };
    rest -= phase.s * 1000;
  }
  return { state: "unknown", sinceMs: tMs, atMs: tMs };
}

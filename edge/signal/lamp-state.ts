// A signal's state over time from what its lamps showed frame by frame: one odd frame changes nothing.
import type { SignalState } from "../../config/camera.ts";
import type { Lamp } from "./lamp-colour.ts";

/** A new state must be seen in two frames at least so far apart, ms: raising it delays a change, lowering it believes flicker. */
const CONFIRM_MS = 120;
/** Between these two frames at most so long, ms; a sighting before a longer gap says nothing about now. */
const CANDIDATE_LIFE_MS = 1500;
/** Undecided for so long, the state is unknown: a blinking lamp is dark for half a second at most. */
const UNKNOWN_MS = 2000;

/** Follows one signal. `see` gives the state that this frame confirms; undefined: it confirms none. */
export interface LampState {
  see(lit: Lamp | "off" | undefined, tMs: number): SignalState | undefined;
}

export function createLampState(): LampState {
  let state: SignalState = "unknown";
  let confirmedMs = Number.NEGATIVE_INFINITY;
  let candidate:
    | { readonly state: SignalState; readonly sinceMs: number; readonly lastMs: number }
    | undefined;
  return {
    see(lit, tMs) {
      if (lit === undefined) {
        if (tMs - confirmedMs >= UNKNOWN_MS) state = "unknown";
        return state === "unknown" ? "unknown" : undefined;
      }
      if (lit === state) {
        candidate = undefined;
        confirmedMs = tMs;
        return state;
      }
      const goes = candidate?.state === lit && tMs - candidate.lastMs <= CANDIDATE_LIFE_MS;
      candidate = { state: lit, sinceMs: goes ? (candidate?.sinceMs ?? tMs) : tMs, lastMs: tMs };
      if (tMs - candidate.sinceMs < CONFIRM_MS) return state === "unknown" ? "unknown" : undefined;
      state = lit;
      candidate = undefined;
      confirmedMs = tMs;
      return state;
    },
  };
}

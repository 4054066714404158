// A forbidden turn: from inside one zone to inside another in one movement.
import { contains } from "../../geometry/polygon.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
import { isVehicle } from "../road-user.ts";
import type { Observation, Rule } from "../rule.ts";
import { breachOf } from "./case.ts";

/** It must have been inside `to` for this long: one jumping box has not turned. */
const CONFIRM_MS = 150;

interface Passage {
  /** When it was last inside `from`. */
  readonly leftMs: number;
  readonly enteredMs?: number;
  readonly raised?: boolean;
}

interface TurnState {
  readonly tracks: PerTrack<Passage>;
}

export const turn: Rule<TurnState, "turn"> = {
  kind: "turn",
  version: 1,
  needs: (config) => [
    { kind: "zone", name: config.from, key: "from", kinds: ["turn-from"] },
    { kind: "zone", name: config.to, key: "to", kinds: ["turn-to"] },
  ],
  initial: () => ({ tracks: NO_TRACKS }),

  step(state, frame, config, scene) {
    const from = scene.zones.get(config.from);
    const to = scene.zones.get(config.to);
    if (from === undefined || to === undefined) return { state, observations: [] };
    const observations: Observation[] = [];
    const tracks = stepPerTrack(state.tracks, frame.users, (user, known) => {
      if (known?.raised === true || !user.located || !isVehicle(user)) return known;
      if (contains(from.polygon, user.foot)) return { leftMs: frame.tMs };
      if (known === undefined || !contains(to.polygon, user.foot)) {
        return known?.enteredMs === undefined ? known : { leftMs: known.leftMs };
      }
      const enteredMs = known.enteredMs ?? frame.tMs;
      if (frame.tMs - enteredMs < CONFIRM_MS) return { leftMs: known.leftMs, enteredMs };
      observations.push(
        breachOf(scene, {
          rule: "turn",
          user,
          tMs: enteredMs,
          where: { zone: to.name },
          because: { from: from.name, to: to.name, left_ms: known.leftMs, entered_ms: enteredMs },
        }),
      );
      return { leftMs: known.leftMs, raised: true };
    });
    return { state: tracks === state.tracks ? state : { tracks }, observations };
  },
};

// A vehicle that crosses a line it may not cross.
import type { SceneLine } from "../../scene/scene.ts";
import { crossingBy, metresBeyond } from "../line-side.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
import { isVehicle, type RoadUser } from "../road-user.ts";
import type { Observation, Rule } from "../rule.ts";
import { breachOf } from "./case.ts";

/** Metres of the bottom centre beyond the line: raising it forgives cut corners, lowering it accuses wheels on the line. */
const BEYOND_M = 0.3;
/** It must have been beyond for this long: one jumping box is no crossing. */
const CONFIRM_MS = 150;

interface Passage {
  /** The side it came from. */
  readonly side: -1 | 1;
  /** Its last crossing between the line's ends, away from `side`. */
  readonly crossedMs?: number;
  readonly beyondMs?: number;
  readonly raised?: boolean;
}

interface SolidLineState {
  readonly tracks: PerTrack<Passage>;
}

export const solidLine: Rule<SolidLineState, "solid-line"> = {
  kind: "solid-line",
  version: 1,
  needs: (config) => [{ kind: "line", name: config.line, key: "line", kinds: ["solid"] }],
  initial: () => ({ tracks: NO_TRACKS }),

  step(state, frame, config, scene) {
    const line = scene.lines.get(config.line);
    if (line === undefined) return { state, observations: [] };
    const beyondM = config.beyond_m ?? BEYOND_M;
    const observations: Observation[] = [];
    const tracks = stepPerTrack(state.tracks, frame.users, (user, known) => {
      if (known?.raised === true || !user.located || !isVehicle(user)) return known;
      const passage = follow(known, user, line, frame.tMs, beyondM);
      if (passage.beyondMs === undefined || frame.tMs - passage.beyondMs < CONFIRM_MS) return passage;
      observations.push(
        breachOf(scene, {
          rule: "solid-line",
          user,
          tMs: frame.tMs,
          where: { line: line.name },
          because: {
            crossed_ms: passage.crossedMs ?? null,
            beyond_m: Math.abs(metresBeyond(line, user)),
            required_m: beyondM,
            direction: passage.side < 0 ? "forward" : "backward",
          },
        }),
      );
      return { side: passage.side, raised: true };
    });
    return { state: tracks === state.tracks ? state : { tracks }, observations };
  },
};

function follow(
  known: Passage | undefined,
  user: RoadUser,
  line: SceneLine,
  tMs: number,
  beyondM: number,
): Passage {
  const beyond = metresBeyond(line, user);
  if (known === undefined) return { side: beyond >= 0 ? 1 : -1 };
  const crossing = crossingBy(line, user, tMs);
  const away = beyond * known.side < 0;
  if (!away) return known.crossedMs === undefined ? known : { side: known.side };
  // Round the end of the line it comes to the other side lawfully, and belongs there from then on.
  const crossedMs =
    crossing?.within === true ? crossing.tMs : crossing === undefined ? known.crossedMs : undefined;
  if (crossedMs === undefined) return { side: known.side === 1 ? -1 : 1 };
  if (Math.abs(beyond) < beyondM) return { side: known.side, crossedMs };
  return { side: known.side, crossedMs, beyondMs: known.beyondMs ?? tMs };
}

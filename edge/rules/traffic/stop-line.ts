// A vehicle that came over the stop line on red and stands beyond it.
import { metresBeyond } from "../line-side.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
import type { Observation, Rule } from "../rule.ts";
import { breachOf } from "./case.ts";
import { type RedCrossing, redCrossing } from "./red-crossing.ts";
import { exclusiveKey } from "./red-light.ts";

/** Seconds it stands: raising it forgives who backs off, lowering it accuses who is still braking. */
const MIN_S = 1.5;
/** Metres of the bottom centre beyond the line: raising it forgives wheels over the line. */
const BEYOND_M = 0.4;
/** A long vehicle's rear, where its box ends, crosses later than its front. */
const RED_LONG_MS = 1500;

interface StopLineState {
  readonly tracks: PerTrack<RedCrossing & { readonly raised?: boolean }>;
}

export const stopLine: Rule<StopLineState, "stop-line"> = {
  kind: "stop-line",
  version: 1,
  needs: (config) => [
    { kind: "line", name: config.line, key: "line", kinds: ["stop"] },
    { kind: "signal", name: config.signal, key: "signal" },
  ],
  initial: () => ({ tracks: NO_TRACKS }),

  step(state, frame, config, scene) {
    const line = scene.lines.get(config.line);
    const reading = frame.signals.get(config.signal);
    if (line === undefined) return { state, observations: [] };
    const minMs = (config.min_s ?? MIN_S) * 1000;
    const beyondM = config.beyond_m ?? BEYOND_M;
    const observations: Observation[] = [];
    const tracks = stepPerTrack(state.tracks, frame.users, (user, known) => {
      if (!user.located || known?.raised === true) return known;
      const { class: name } = user.track;
      const leastRedMs = name === "bus" || name === "truck" ? RED_LONG_MS : 0;
      const crossing = redCrossing(line, user, frame, reading, leastRedMs) ?? known;
      if (crossing === undefined) return undefined;
      const beyond = metresBeyond(line, user);
      if (beyond < 0) return undefined;
      const standsMs =
        user.standingSinceMs === undefined
          ? 0
          : frame.tMs - Math.max(user.standingSinceMs, crossing.crossedMs);
      if (beyond <= beyondM || standsMs < minMs) return crossing;
      observations.push(
        breachOf(scene, {
          rule: "stop-line",
          user,
          tMs: frame.tMs,
          where: { line: line.name },
          withheld: crossing.withheld,
          exclusive: exclusiveKey(line.name),
          because: {
            crossed_ms: crossing.crossedMs,
            crossed_box: crossing.crossedBox,
            signal: config.signal,
            state: reading?.state ?? "unknown",
            red_since_ms: crossing.redSinceMs,
            red_for_ms: crossing.redForMs,
            standing_since_ms: user.standingSinceMs ?? null,
            beyond_m: beyond,
            required_m: beyondM,
            required_ms: minMs,
          },
        }),
      );
      return { ...crossing, raised: true };
    });
    return { state: tracks === state.tracks ? state : { tracks }, observations };
  },
};

// A vehicle that drives over the stop line on red and on through the junction.
import type { RuleConfig } from "../../../config/rule.ts";
import type { SceneLine } from "../../scene/scene.ts";
import { crossingBy, heightsBeyond, metresBeyond } from "../line-side.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
import type { RoadUser } from "../road-user.ts";
import type { Observation, Rule } from "../rule.ts";
import { breachOf } from "./case.ts";
import { type RedCrossing, redCrossing, sameRed } from "./red-crossing.ts";

/** How long red must have held at the crossing: raising it forgives late braking, lowering it accuses who could not stop. */
const RED_MS = 500;
/** A bus's or truck's rear, where its box ends, crosses later than its front. */
const RED_LONG_MS = 1500;
/** Without an exit line: this far beyond and still moving; without ground in heights of the box. */
const THROUGH_M = 3;
const THROUGH_HEIGHTS = 1;
/** A turn is a change of heading by more than this, degrees in the picture. */
const TURN_DEG = 30;

interface RedLightState {
  readonly tracks: PerTrack<RedCrossing & { readonly raised?: boolean }>;
}

export const redLight: Rule<RedLightState, "red-light"> = {
  kind: "red-light",
  version: 1,
  needs: (config) => [
    { kind: "line", name: config.line, key: "line", kinds: ["stop"] },
    ...(config.exit === undefined
      ? []
      : [{ kind: "line", name: config.exit, key: "exit", kinds: ["exit", "count"] } as const]),
    { kind: "signal", name: config.signal, key: "signal" },
  ],
  initial: () => ({ tracks: NO_TRACKS }),

  step(state, frame, config, scene) {
    const line = scene.lines.get(config.line);
    const exit = config.exit === undefined ? undefined : scene.lines.get(config.exit);
    const reading = frame.signals.get(config.signal);
    if (line === undefined) return { state, observations: [] };
    const observations: Observation[] = [];
    const tracks = stepPerTrack(state.tracks, frame.users, (user, known) => {
      if (!user.located) return known;
      const { class: name } = user.track;
      const leastRedMs = name === "bus" || name === "truck" ? RED_LONG_MS : RED_MS;
      const crossing = redCrossing(line, user, frame, reading, leastRedMs) ?? known;
      if (crossing === undefined || known?.raised === true) return known;
      const exitMs = throughAt(user, line, exit, frame.tMs);
      if (exitMs === undefined) return crossing;
      const red = sameRed(crossing, reading, frame.tMs);
      // On green, or turning as allowed: the passage is lawful from here on.
      if (!red.holds || isAllowed(crossing, user, config)) return undefined;
      observations.push(
        breachOf(scene, {
          rule: "red-light",
          user,
          tMs: exitMs,
          where: { line: line.name },
          withheld: red.withheld,
          exclusive: exclusiveKey(line.name),
          because: {
            crossed_ms: crossing.crossedMs,
            crossed_box: crossing.crossedBox,
            signal: config.signal,
            state: reading?.state ?? "unknown",
            red_since_ms: crossing.redSinceMs,
            red_for_ms: crossing.redForMs,
            required_red_ms: leastRedMs,
            exit: config.exit ?? null,
          },
        }),
      );
      return { ...crossing, raised: true };
    });
    return { state: tracks === state.tracks ? state : { tracks }, observations };
  },
};

/** Red light and stop line are never both raised for one passage over a line. */
export function exclusiveKey(line: string): string {
  return `red/${line}`;
}

/** When the vehicle went through: over the exit, or far enough beyond the line and moving; undefined while it has not. */
function throughAt(
  user: RoadUser,
  line: SceneLine,
  exit: SceneLine | undefined,
  tMs: number,
): number | undefined {
  if (exit !== undefined) {
    const crossing = crossingBy(exit, user, tMs);
    return crossing?.direction === "forward" && crossing.within ? crossing.tMs : undefined;
  }
  const metric = user.metric && line.onGround !== undefined;
  const beyond = metric ? metresBeyond(line, user) / THROUGH_M : heightsBeyond(line, user) / THROUGH_HEIGHTS;
  return beyond >= 1 && user.standingSinceMs === undefined ? tMs : undefined;
}

function isAllowed(crossing: RedCrossing, user: RoadUser, config: RuleConfig<"red-light">): boolean {
  if (config.allow === undefined || user.before === undefined) return false;
  const [x, y] = crossing.heading;
  const dx = user.foot.x - user.before.foot.x;
  const dy = user.foot.y - user.before.foot.y;
  // A picture's y grows downwards: a positive angle is a turn to the right.
  const degrees = (Math.atan2(x * dy - y * dx, x * dx + y * dy) * 180) / Math.PI;
  return config.allow.includes(degrees > TURN_DEG ? "right" : degrees < -TURN_DEG ? "left" : "straight");
}

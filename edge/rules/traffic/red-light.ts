// A vehicle that drives over the stop line on red and on through the junction.
import type { Withheld } from "../../../contract/traffic.ts";
import type { SceneLine } from "../../scene/scene.ts";
import { crossingBy, heightsBeyond, metresBeyond } from "../line-side.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
import type { RoadUser } from "../road-user.ts";
import type { Observation, Rule } from "../rule.ts";
import { breachOf } from "./case.ts";
import { crossingBeforeBelief, type RedCrossing, redCrossing, sameRed } from "./red-crossing.ts";

/** How long red must have held at the crossing: raising it forgives late braking, lowering it accuses who could not stop. */
const RED_MS = 500;
/** A bus's or truck's rear, where its box ends, crosses later than its front. */
const RED_LONG_MS = 1500;
/** Without an exit line: this far beyond and still moving; without ground in heights of the box. */
const THROUGH_M = 3;
const THROUGH_HEIGHTS = 1;
/** A turn is a change of heading by more than this, degrees; raising it takes wide turns for straight on. */
const TURN_DEG = 30;
/** Where turns are allowed, who has not turned so far beyond the line goes straight on, metres. */
const STRAIGHT_M = 15;
/** Slower movements have no reliable direction, m/s. */
const MOVING_MS = 1.5;

interface Run extends RedCrossing {
  /** When it went through, while it is not known yet which way it takes. */
  readonly throughMs?: number;
  readonly withheldThrough?: Withheld;
  readonly raised?: boolean;
}

interface RedLightState {
  readonly tracks: PerTrack<Run>;
}

export const redLight: Rule<RedLightState, "red-light"> = {
  kind: "red-light",
  version: 2,
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
      const crossing: Run | undefined = redCrossing(line, user, frame, reading, leastRedMs) ?? known;
      if (crossing === undefined || known?.raised === true) return known;
      const exitMs = crossing.throughMs ?? throughAt(user, line, exit, frame.tMs);
      if (exitMs === undefined) return crossing;
      const red =
        crossing.throughMs === undefined
          ? sameRed(crossing, reading, frame.tMs)
          : { holds: true, withheld: crossing.withheldThrough };
      // On green the passage is lawful from here on.
      if (!red.holds) return undefined;
      if (config.allow !== undefined) {
        const way = wayOf(crossing, user, line);
        if (way === undefined) {
          const { withheld } = red;
          return {
            ...crossing,
            throughMs: exitMs,
            ...(withheld === undefined ? {} : { withheldThrough: withheld }),
          };
        }
        if (config.allow.includes(way)) return undefined;
      }
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
    const crossing = crossingBy(exit, user, tMs) ?? crossingBeforeBelief(exit, user, tMs);
    return crossing?.direction === "forward" && crossing.within ? crossing.tMs : undefined;
  }
  const metric = user.metric && line.onGround !== undefined;
  const beyond = metric ? metresBeyond(line, user) / THROUGH_M : heightsBeyond(line, user) / THROUGH_HEIGHTS;
  return beyond >= 1 && user.standingSinceMs === undefined ? tMs : undefined;
}

/** Which way it took; undefined while it has neither turned nor gone far enough to be going straight on. */
function wayOf(
  crossing: RedCrossing,
  user: RoadUser,
  line: SceneLine,
): "right" | "left" | "straight" | undefined {
  const { velocity, speedMs = 0 } = user;
  if (velocity === undefined || speedMs < MOVING_MS) return undefined;
  const [x, y] = crossing.heading;
  const turned =
    (Math.atan2(x * velocity.y - y * velocity.x, x * velocity.x + y * velocity.y) * 180) / Math.PI;
  // A picture's y grows downwards, so a positive angle is a turn to the right; on the ground to the left, unless its
  // metres were drawn the other way round, which the line's own two sides show.
  const seenFromAbove = user.metric && line.onGround?.forward !== line.forwardPicture;
  const left = seenFromAbove ? turned : -turned;
  if (Math.abs(left) > TURN_DEG) return left > 0 ? "left" : "right";
  return metresBeyond(line, user) > STRAIGHT_M ? "straight" : undefined;
}

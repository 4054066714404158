// Counts road users over a line, once each, by class and direction.
import type { ClassName } from "../../../contract/common.ts";
import type { RuleConfig } from "../../../config/rule.ts";
import { lengthOf } from "../../geometry/box.ts";
import type { Scene, SceneLine } from "../../scene/scene.ts";
import { crossingBy, heightsBeyond, metresBeyond } from "../line-side.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
import type { RoadUser } from "../road-user.ts";
import type { Observation, Rule } from "../rule.ts";

/** Metres clear of the line on both sides before a crossing counts; raising it misses short paths, lowering it counts to and fro. */
const CLEAR_M = 1;
/** The same in heights of the box, where the scene has no ground. */
const CLEAR_HEIGHTS = 0.25;

type Direction = "forward" | "backward";

interface Passage {
  /** The side on which the track was last clear of the line; 0 until it was. */
  readonly side: -1 | 0 | 1;
  /** Whether its last change of sides was between the line's ends. */
  readonly within: boolean;
}

export interface LineCountState {
  readonly tracks: PerTrack<Passage>;
  /** By `class/direction`: crossings since the last event, and all of them. */
  readonly pending: Readonly<Record<string, number>>;
  readonly totals: Readonly<Record<string, number>>;
  readonly minute: number;
  /** First frame of the running minute. */
  readonly sinceMs: number;
}

/** A running total, as screens show it. */
export interface LineTotal {
  readonly line: string;
  readonly class: ClassName;
  readonly direction: Direction;
  readonly total: number;
}

/** The running totals of one line. */
export function totalsOf(line: string, state: LineCountState): LineTotal[] {
  return Object.entries(state.totals).map(([key, total]) => {
    const [className, direction] = key.split("/") as [ClassName, Direction];
    return { line, class: className, direction, total };
  });
}

const UNKNOWN: Passage = { side: 0, within: false };

export const lineCount: Rule<LineCountState, "line-count"> = {
  kind: "line-count",
  version: 1,
  needs: (config) => [{ kind: "line", name: config.line, key: "line" }],
  initial: () => ({ tracks: NO_TRACKS, pending: {}, totals: {}, minute: -1, sinceMs: 0 }),

  step(state, frame, config, scene) {
    const line = scene.lines.get(config.line);
    if (line === undefined) return { state, observations: [] };
    const minute = Math.floor(frame.tMs / 60_000);
    const turned = state.minute >= 0 && minute !== state.minute;
    const observations = turned ? report(state, frame.tMs, config, scene) : [];
    let pending = turned ? {} : state.pending;
    let { totals } = state;
    const tracks = stepPerTrack(state.tracks, frame.users, (user, known = UNKNOWN) => {
      if (!counts(user)) return undefined;
      const passage = follow(known, user, line, frame.tMs, config.clear_m ?? CLEAR_M);
      if (known.side !== 0 && passage.side === -known.side && passage.within) {
        const key = `${user.track.class}/${passage.side > 0 ? "forward" : "backward"}`;
        pending = { ...pending, [key]: (pending[key] ?? 0) + 1 };
        totals = { ...totals, [key]: (totals[key] ?? 0) + 1 };
      }
      return passage === UNKNOWN ? undefined : passage;
    });
    const same = tracks === state.tracks && pending === state.pending && minute === state.minute;
    const sinceMs = minute === state.minute ? state.sinceMs : frame.tMs;
    return { state: same ? state : { tracks, pending, totals, minute, sinceMs }, observations };
  },

  close(state, tMs, _reason, config, scene) {
    return { state: { ...state, pending: {} }, observations: report(state, tMs, config, scene) };
  },
};

/** Somebody who rides is counted with the vehicle; a head belongs to a body. */
function counts(user: RoadUser): boolean {
  return user.ridesOn === undefined && user.track.class !== "head";
}

function follow(known: Passage, user: RoadUser, line: SceneLine, tMs: number, clearM: number): Passage {
  if (!user.located) return known;
  const within = crossingBy(line, user, tMs)?.within ?? known.within;
  const metric = user.metric && line.onGround !== undefined;
  const beyond = metric ? metresBeyond(line, user) / clearM : heightsBeyond(line, user) / CLEAR_HEIGHTS;
  const side = beyond >= 1 ? 1 : beyond <= -1 ? -1 : known.side;
  return side === known.side && within === known.within ? known : { side, within };
}

function report(
  state: LineCountState,
  tMs: number,
  config: RuleConfig<"line-count">,
  scene: Scene,
): readonly Observation[] {
  return Object.entries(state.pending).map(([key, count]) => {
    const [className, direction] = key.split("/") as [ClassName, Direction];
    return {
      type: "vn.ngatu.count.v1",
      subject: `${scene.camera}/${config.line}/${key}`,
      tMs,
      data: {
        rule: "line-count",
        line: config.line,
        class: className,
        direction,
        count,
        total: state.totals[key] ?? count,
        ...(className === "person" ? flowOver(scene.lines.get(config.line), count, tMs - state.sinceMs) : {}),
        because: { minute: state.minute },
      },
    };
  });
}

/** Walking flow as pedestrian planning gives it; nothing where the line's length is not known. */
function flowOver(
  line: SceneLine | undefined,
  count: number,
  elapsedMs: number,
): { readonly per_metre_minute?: number } {
  if (line?.onGround === undefined || elapsedMs <= 0) return {};
  const { from, to } = line.onGround.segment;
  const metres = lengthOf(to.x - from.x, to.y - from.y);
  return metres === 0 ? {} : { per_metre_minute: count / metres / (elapsedMs / 60_000) };
}

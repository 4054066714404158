// More people on a motorcycle than may ride on it. Who is a child the camera cannot know: the officer decides.
import { contains } from "../../geometry/polygon.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
import type { Observation, Rule } from "../rule.ts";
import { breachOf } from "./case.ts";

/** Passengers beside the driver. */
const MAX_PASSENGERS = 1;
/** Frames and time that must have voted, and the share that must have seen too many. */
const MIN_FRAMES = 5;
const MIN_MS = 1000;
const SHARE = 0.6;

/** Where all stand, the rider of a neighbour may seem to sit on this one: only a moving motorcycle's people vote. */
const MOVING_MS = 1;

interface Votes {
  readonly firstMs: number;
  /** Frames by number of people seen, from none upwards. */
  readonly frames: readonly number[];
  readonly raised?: boolean;
}

interface RidersState {
  readonly tracks: PerTrack<Votes>;
}

export const riders: Rule<RidersState, "riders"> = {
  kind: "riders",
  version: 1,
  needs: (config) => [{ kind: "lane", name: config.lane, key: "lane" }],
  initial: () => ({ tracks: NO_TRACKS }),

  step(state, frame, config, scene) {
    const lane = scene.lanes.get(config.lane);
    if (lane === undefined) return { state, observations: [] };
    const limit = 1 + (config.max_passengers ?? MAX_PASSENGERS);
    const observations: Observation[] = [];
    const tracks = stepPerTrack(state.tracks, frame.users, (user, known) => {
      if (user.track.class !== "motorcycle" || known?.raised === true) return known;
      if (!user.located || (user.speedMs ?? 0) < MOVING_MS || !contains(lane.polygon, user.foot))
        return known;
      const frames = counted(known?.frames ?? NO_FRAMES, user.people);
      const votes = { firstMs: known?.firstMs ?? frame.tMs, frames };
      const { seen, over, people } = sum(frames, limit);
      if (seen < MIN_FRAMES || frame.tMs - votes.firstMs < MIN_MS || over / seen < SHARE) return votes;
      observations.push(
        breachOf(scene, {
          rule: "riders",
          user,
          tMs: frame.tMs,
          where: { lane: lane.name },
          because: { people, limit, frames_over: over, frames_seen: seen, since_ms: votes.firstMs },
        }),
      );
      return { ...votes, raised: true };
    });
    return { state: tracks === state.tracks ? state : { tracks }, observations };
  },
};

/** More people than this on one vehicle are counted as this many. */
const MOST_PEOPLE = 6;
const NO_FRAMES: readonly number[] = Array<number>(MOST_PEOPLE + 1).fill(0);

/** One frame more with so many people. */
function counted(frames: readonly number[], people: number): number[] {
  const next = frames.slice();
  const at = Math.min(people, MOST_PEOPLE);
  next[at] = (next[at] ?? 0) + 1;
  return next;
}

/** Frames in all, frames with more than the limit, and the commonest number of people. */
function sum(frames: readonly number[], limit: number): { seen: number; over: number; people: number } {
  let seen = 0;
  let over = 0;
  let people = 0;
  for (let number = 0; number < frames.length; number++) {
    const count = frames[number] ?? 0;
    seen += count;
    if (number > limit) over += count;
    if (count > (frames[people] ?? 0)) people = number;
  }
  return { seen, over, people };
}

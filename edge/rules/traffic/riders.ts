// More people on a motorcycle than may ride on it. Who is a child the camera cannot know: the officer decides.
import { contains } from "../../geometry/polygon.ts";
import { NO_TRACKS, type PerTrack, stepPerTrack } from "../per-track.ts";
import type { RoadUser } from "../road-user.ts";
import type { Observation, Rule } from "../rule.ts";
import { breachOf } from "./case.ts";

/** Passengers beside the driver. */
const MAX_PASSENGERS = 1;
/**
 * Where all stand or creep, a neighbour's rider may seem to sit on this one; on the way they part. So frames vote by
 * the metres driven since the last one, over this many at least: raising it misses short lanes.
 */
const MIN_M = 7;
/** Frames it takes at least, and the share of the way with too many people. */
const MIN_FRAMES = 5;
const SHARE = 0.65;
/** Slower movement is a box that shakes, m/s. */
const MOVING_MS = 1;
/** One frame votes with no more than this. */
const MOST_M = 2;

interface Votes {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly frames: number;
  /** Metres by number of people seen, from none upwards. */
  readonly metres: readonly number[];
  readonly raised?: boolean;
}

interface RidersState {
  readonly tracks: PerTrack<Votes>;
}

export const riders: Rule<RidersState, "riders"> = {
  kind: "riders",
  version: 2,
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
      const votes = cast(known, user, frame.tMs);
      const { driven, over, people } = sum(votes.metres, limit);
      if (votes.frames < MIN_FRAMES || driven < MIN_M || over / driven < SHARE) return votes;
      observations.push(
        breachOf(scene, {
          rule: "riders",
          user,
          tMs: frame.tMs,
          where: { lane: lane.name },
          because: {
            people,
            limit,
            over_m: over,
            driven_m: driven,
            frames: votes.frames,
            since_ms: votes.firstMs,
          },
        }),
      );
      return { ...votes, raised: true };
    });
    return { state: tracks === state.tracks ? state : { tracks }, observations };
  },
};

/** More people than this on one vehicle are counted as this many. */
const MOST_PEOPLE = 6;
const NO_METRES: readonly number[] = Array<number>(MOST_PEOPLE + 1).fill(0);

/** One frame more: the way since the last one, driven with so many people. */
function cast(known: Votes | undefined, user: RoadUser, tMs: number): Votes {
  const metres = (known?.metres ?? NO_METRES).slice();
  const at = Math.min(user.people, MOST_PEOPLE);
  const driven = ((user.speedMs ?? 0) * (tMs - (known?.lastMs ?? tMs))) / 1000;
  metres[at] = (metres[at] ?? 0) + Math.min(MOST_M, driven);
  return { firstMs: known?.firstMs ?? tMs, lastMs: tMs, frames: (known?.frames ?? 0) + 1, metres };
}

/** Metres in all, metres with more than the limit, and the number of people over most of the way. */
function sum(metres: readonly number[], limit: number): { driven: number; over: number; people: number } {
  let driven = 0;
  let over = 0;
  let people = 0;
  for (let number = 0; number < metres.length; number++) {
    const way = metres[number] ?? 0;
    driven += way;
    if (number > limit) over += way;
    if (way > (metres[people] ?? 0)) people = number;
  }
  return { driven, over, people };
}

// A jam: vehicles one behind the other that stand for longer than any red light lasts.
import type { TrailPoint } from "../driver.ts";
import { type Actor, type Entry, type Intention, windowMs } from "../intention.ts";
import { CONGESTED_S, inside, MIXED_LANE, STOP_Y } from "../junction.ts";
import { holding, lawful } from "../mind.ts";
import { onApproach } from "./cast.ts";
import { inGreen } from "./moments.ts";

/** Vehicles behind the first one, and seconds from one to the next. */
const FOLLOWERS = 6;
const APART_S = 1.3;
/** Vehicles that make it a jam, and the speed below which they are in it, m/s. */
const LEAST = 4;
const CREEPING_MS = 1.4;

/** When the last of the first four came to a stand in the lane, seconds; undefined when it never did. */
function jammedSince(trails: readonly (readonly TrailPoint[])[], nearY: number): number | undefined {
  const stood = trails.map((trail) =>
    trail.find(
      (p) => p.speed < CREEPING_MS && inside(p, [MIXED_LANE.from, MIXED_LANE.to], [nearY + 1, STOP_Y]),
    ),
  );
  const times = stood.flatMap((p) => (p === undefined ? [] : [p.t])).sort((a, b) => a - b);
  return times[LEAST - 1];
}

const jam: Intention = {
  name: "a jam behind somebody who does not drive on",
  breaks: "congestion",
  ofNobody: true,
  corridors: ["mixed"],
  beforeS: 14,
  afterS: CONGESTED_S + 16,
  needsS: CONGESTED_S + 8,
  moment: inGreen(4.5, 7),
  cast: (cast): Actor => {
    const lateral = cast.random.between(5.3, 5.9);
    const speed = cast.random.between(6.5, 7.5);
    const until = cast.at + CONGESTED_S + 10;
    const enter = (id: number, behind: number, gap: number): Entry => {
      const mind = lawful(cast.signals.north, speed, 0.7);
      const actor = onApproach(
        { ...cast, id, at: cast.at + behind },
        {
          vehicle: "motorcycle",
          lateral,
          speed,
          keyS: STOP_Y - 6,
          mind: () => (behind === 0 ? holding(STOP_Y - 5 - gap, until, speed, mind) : mind),
        },
      );
      return actor as Entry;
    };
    const first = enter(cast.id, 0, cast.random.between(0, 2));
    const others = Array.from({ length: FOLLOWERS }, (_, index) =>
      enter(cast.nextId(), (index + 1) * APART_S, 0),
    );
    return { kind: "driver", from: first.from, driver: first.driver, others };
  },
  verdict: (trail, { junction }, others) => {
    const since = jammedSince([trail, ...others], junction.nearY);
    if (since === undefined) return undefined;
    const truly = since + CONGESTED_S;
    if ((trail.at(-1)?.t ?? 0) < truly + 1) return undefined;
    return { t_ms: windowMs(truly - 1, truly + 2.5), true_ms: Math.round(truly * 1000) };
  },
};

export const JAM_INTENTIONS: readonly Intention[] = [jam];

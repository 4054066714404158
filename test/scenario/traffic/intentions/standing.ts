// Intentions about standing: at a kerb where one may not, in the junction, in the middle of a lane.
import { type Intention, type Setting, standStart, when, windowMs } from "../intention.ts";
import { BIKE_LANE, BLOCKING_S, inside, KERB_ZONE, STALLED_S, STOPPING_S } from "../junction.ts";
import { heedless, lawful, pausing } from "../mind.ts";
import type { TrailPoint } from "../driver.ts";
import { onApproach } from "./cast.ts";
import { inGreen } from "./moments.ts";

/** Longest time it stood, in seconds. */
function longestStand(trail: readonly TrailPoint[]): number {
  let longest = 0;
  let since: number | undefined;
  for (const p of trail) {
    if (Math.abs(p.speed) > 0.15) since = undefined;
    else longest = Math.max(longest, p.t - (since ??= p.t));
  }
  return longest;
}

/** Stands `limitS` and more inside a rectangle: true once the limit is full. */
function stoodIn(x: readonly [number, number], y: readonly [number, number], limitS: number) {
  return (trail: readonly TrailPoint[]) => {
    const since = standStart(trail);
    const place = since === undefined ? undefined : when(trail, (p) => p.t >= since);
    const moved = since === undefined ? undefined : when(trail, (p) => Math.abs(p.speed) > 0.3, since);
    if (since === undefined || place === undefined || !inside(place, x, y)) return undefined;
    const until = moved?.t ?? trail.at(-1)?.t ?? since;
    if (until - since < limitS + 1.5) return undefined;
    return {
      t_ms: windowMs(since + limitS - 0.5, since + limitS + 2.5),
      true_ms: Math.round((since + limitS) * 1000),
    };
  };
}

/** Of the time in which it stood, so much must have been green. */
const GREEN_SHARE = 0.75;

/**
 * The same while traffic flows: who came late, behind slow traffic, and stands as long as all others wait for green is
 * in a queue for whoever sees it, whatever was meant.
 */
function stoodInFlow(x: readonly [number, number], y: readonly [number, number], limitS: number) {
  const stood = stoodIn(x, y, limitS);
  return (trail: readonly TrailPoint[], { signals }: Setting) => {
    const since = standStart(trail);
    const points = trail.filter(({ t }) => since !== undefined && t >= since && t <= since + limitS);
    const green = points.filter(({ t }) => signals.north(t) === "green");
    return green.length >= GREEN_SHARE * points.length ? stood(trail) : undefined;
  };
}

const parksAtKerb: Intention = {
  name: "stops at the kerb where stopping is forbidden, while traffic flows past",
  breaks: "stopping",
  corridors: ["kerb"],
  beforeS: 10,
  afterS: 26,
  moment: inGreen(6, 7.5),
  cast: (cast) => {
    const speed = cast.random.between(6.5, 8.5);
    const place = cast.random.between(-31, -25);
    return onApproach(cast, {
      vehicle: "motorcycle",
      lateral: cast.random.between(9.6, 9.85),
      speed,
      keyS: place - 4,
      mind: () => pausing(place, STOPPING_S + 2.5, speed, lawful(cast.signals.north, speed, 0.7)),
    });
  },
  verdict: stoodInFlow([BIKE_LANE.from, BIKE_LANE.to], [KERB_ZONE.from, KERB_ZONE.to], STOPPING_S),
};

const setsDown: Intention = {
  corridors: ["kerb"],
  beforeS: 10,
  afterS: 26,
  moment: inGreen(6, 7.5),
  name: "stops at the kerb for a few seconds to set someone down",
  near: "stopping",
  cast: (cast) => {
    const speed = cast.random.between(6.5, 8.5);
    const place = cast.random.between(-31, -25);
    const standS = cast.random.between(3, 5);
    return onApproach(cast, {
      vehicle: "motorcycle",
      lateral: cast.random.between(9.6, 9.85),
      speed,
      keyS: place - 4,
      mind: () => pausing(place, standS, speed, heedless(speed)),
    });
  },
  kept: (trail) => longestStand(trail) < STOPPING_S - 2,
};

const blocksJunction: Intention = {
  name: "drives into the junction and stands there",
  breaks: "junction-block",
  corridors: ["car"],
  beforeS: 14,
  afterS: 12,
  moment: inGreen(4, 9),
  cast: (cast) => {
    const speed = cast.random.between(7, 9);
    const place = cast.random.between(0, 5);
    return onApproach(cast, {
      vehicle: cast.random.pick(["car", "car", "motorcycle"]),
      lateral: 1.75,
      speed,
      keyS: place - 4,
      mind: () => pausing(place, BLOCKING_S + 2.5, speed, heedless(speed)),
    });
  },
  verdict: stoodIn([-9, 10.5], [-8, 8], BLOCKING_S),
};

const hesitates: Intention = {
  corridors: ["car"],
  beforeS: 14,
  afterS: 12,
  moment: inGreen(4, 9),
  name: "hesitates in the junction for two seconds",
  near: "junction-block",
  cast: (cast) => {
    const speed = cast.random.between(7, 9);
    const place = cast.random.between(0, 5);
    return onApproach(cast, {
      vehicle: "car",
      lateral: 1.75,
      speed,
      keyS: place - 4,
      mind: () => pausing(place, 2, speed, heedless(speed)),
    });
  },
  kept: (trail) => longestStand(trail) < BLOCKING_S - 2,
};

const breaksDown: Intention = {
  name: "a car that breaks down in the middle of a lane",
  breaks: "stalled",
  corridors: ["mixed"],
  beforeS: 14,
  afterS: 45,
  moment: inGreen(4.5, 5.5),
  cast: (cast) => {
    const speed = cast.random.between(7, 9);
    const place = cast.random.between(-31, -25);
    return onApproach(cast, {
      vehicle: "car",
      lateral: 5.9,
      speed,
      keyS: place - 5,
      mind: () => pausing(place, STALLED_S + 3, speed, lawful(cast.signals.north, speed, 0.7)),
    });
  },
  verdict: stoodInFlow([3.5, 7], [-40, -17], STALLED_S),
};

export const STANDING_INTENTIONS: readonly Intention[] = [
  parksAtKerb,
  setsDown,
  blocksJunction,
  hesitates,
  breaksDown,
];

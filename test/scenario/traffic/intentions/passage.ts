// Intentions about the whole passage: forbidden turns, too many on one motorbike, too fast.
import { type Intention, when, windowMs } from "../intention.ts";
import { CAR_LANE, inside, LIMIT_KMH, STOP_Y } from "../junction.ts";
import { heedless, lawful } from "../mind.ts";
import { onApproach } from "./cast.ts";
import { inGreen } from "./moments.ts";

function uTurn(vehicle: "motorcycle" | "car"): Intention {
  return {
    name: `turns back at the junction (${vehicle})`,
    breaks: "turn",
    corridors: vehicle === "car" ? ["bike", "mixed"] : ["bike"],
    beforeS: 14,
    afterS: 12,
    moment: inGreen(5, 13),
    cast: (cast) => {
      const speed = cast.random.between(4.5, 5.5);
      return onApproach(cast, {
        vehicle,
        lateral: vehicle === "car" ? 4.5 : 4.3,
        speed,
        route: {
          kind: "u-turn",
          turnAt: cast.random.between(-11.5, -9.5),
          radius: cast.random.between(4.3, 5),
        },
        keyS: STOP_Y,
        mind: () => heedless(speed),
      });
    },
    verdict: (trail) => {
      const arrived = when(trail, (p) => inside(p, [-10.5, -3.3], [-30, STOP_Y]));
      if (arrived === undefined || arrived.speed < 1) return undefined;
      return { t_ms: windowMs(arrived.t - 0.5, arrived.t + 1.2), true_ms: Math.round(arrived.t * 1000) };
    },
  };
}

const leftTurn: Intention = {
  name: "turns left where that is forbidden",
  breaks: "turn",
  corridors: ["bike"],
  beforeS: 12,
  afterS: 14,
  moment: inGreen(5, 11),
  cast: (cast) => {
    const speed = cast.random.between(5, 6.5);
    return onApproach(cast, {
      vehicle: "motorcycle",
      lateral: 4.3,
      speed,
      route: { kind: "left", turnAt: cast.random.between(-5, -3.5), radius: 6.5 },
      keyS: STOP_Y,
      mind: () => heedless(speed),
    });
  },
  verdict: (trail) => {
    const arrived = when(trail, (p) => inside(p, [-28, -13], [0, 7]));
    const later = arrived && when(trail, (p) => p.x < -17, arrived.t);
    if (arrived === undefined || later === undefined) return undefined;
    return { t_ms: windowMs(arrived.t - 0.6, arrived.t + 1.4), true_ms: Math.round(arrived.t * 1000) };
  },
};

function people(breaks: boolean): Intention {
  const base: Intention = {
    name: breaks ? "three or four on one motorbike" : "two on one motorbike",
    corridors: ["bike"],
    beforeS: 12,
    afterS: 34,
    moment: ({ signals, random }, from) => signals.nextNorth("green", from) + random.between(4, 18),
    cast: (cast) => {
      const speed = cast.random.between(6, 8.5);
      return onApproach(cast, {
        vehicle: "motorcycle",
        lateral: cast.random.between(4.2, 4.4),
        speed,
        keyS: STOP_Y,
        people: breaks ? cast.random.integer(3, 4) : 2,
        mind: () => lawful(cast.signals.north, speed, 0.6),
      });
    },
  };
  if (!breaks) return { ...base, near: "riders", kept: () => true };
  return {
    ...base,
    breaks: "riders",
    verdict: (trail, { junction }) => {
      const lane = trail.filter((p) => p.y >= junction.nearY && p.y <= STOP_Y);
      const [first, last] = [lane[0], lane.at(-1)];
      if (first === undefined || last === undefined || last.t - first.t < 1.5) return undefined;
      return { t_ms: windowMs(first.t + 0.3, last.t + 1.5), true_ms: Math.round(last.t * 1000) };
    },
  };
}

function fast(least: number, most: number, breaks: boolean): Intention {
  const base: Intention = {
    name: breaks ? "drives much too fast" : "drives at the limit",
    corridors: ["car"],
    beforeS: 10,
    afterS: 5,
    moment: inGreen(8, 19),
    cast: (cast) => {
      const speed = cast.random.between(least, most) / 3.6;
      return onApproach(cast, {
        vehicle: "car",
        lateral: 1.75,
        speed,
        keyS: STOP_Y,
        mind: () => heedless(speed),
      });
    },
  };
  if (!breaks) return { ...base, near: "speed", kept: () => true };
  return {
    ...base,
    breaks: "speed",
    verdict: (trail, { junction }) => {
      const lane = trail.filter((p) => inside(p, [CAR_LANE.from, CAR_LANE.to], [junction.nearY, STOP_Y]));
      const [first, last] = [lane[0], lane.at(-1)];
      if (first === undefined || last === undefined) return undefined;
      return {
        t_ms: windowMs(first.t, last.t + 1.5),
        true_ms: Math.round(last.t * 1000),
        expect: "observation",
      };
    },
  };
}

export const PASSAGE_INTENTIONS: readonly Intention[] = [
  uTurn("motorcycle"),
  uTurn("motorcycle"),
  uTurn("car"),
  leftTurn,
  people(true),
  people(false),
  fast(LIMIT_KMH + 20, LIMIT_KMH + 30, true),
  fast(LIMIT_KMH - 4, LIMIT_KMH + 1, false),
];

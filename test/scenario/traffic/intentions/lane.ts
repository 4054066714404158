// Intentions about where one drives: against the lane, over the solid line, in others' lanes, on the shoulder.
import { type Intention, when, windowMs } from "../intention.ts";
import { BIKE_LANE, EXEMPT_CLASS, FOOTWAY, SHOULDER, STOP_Y } from "../junction.ts";
import { heedless, lawful } from "../mind.ts";
import type { Mind } from "../driver.ts";
import { createVehicle } from "../vehicle.ts";
import { onApproach } from "./cast.ts";
import { anyTime, inGreen } from "./moments.ts";
import { briefly, insideFor, points } from "./strip.ts";

/** Drifts to `out` while its middle is in the given stretch, then back to where it came from. */
function drifting(base: Mind, home: number, out: number, from: number, to: number, rate: number): Mind {
  return (self, t) => ({
    ...base(self, t),
    lateral: self.s >= from && self.s < to ? out : home,
    lateralRate: rate,
  });
}

const wrongWay: Intention = {
  name: "rides along the kerb against the traffic",
  breaks: "wrong-way",
  corridors: ["kerb"],
  beforeS: 2,
  afterS: 18,
  moment: anyTime,
  cast: ({ at, id, random }) => {
    const speed = random.between(3, 6.5);
    return {
      kind: "driver",
      from: at,
      driver: {
        vehicle: createVehicle(id, random.chance(0.9) ? "motorcycle" : "bicycle", random),
        arm: "north",
        route: { kind: "straight" },
        mind: () => ({ speed, exactly: -speed }),
        against: true,
        s: -9,
        lateral: random.between(9.5, 9.9),
        speed: -speed,
        committed: false,
        trail: [],
      },
    };
  },
  verdict: (trail, { junction }) => {
    const first = when(trail, (p) => p.y <= STOP_Y);
    const far = when(trail, (p) => p.y <= STOP_Y - 5);
    const last = trail.filter((p) => p.y >= junction.nearY).at(-1);
    if (first === undefined || far === undefined || last === undefined || last.y > STOP_Y - 12)
      return undefined;
    return { t_ms: windowMs(first.t + 0.3, last.t + 0.5), true_ms: Math.round(far.t * 1000) };
  },
};

/** Stops at the kerb, goes back some metres, waits, and drives on. */
function backwards(name: string, metres: number, speed: number): Intention {
  return {
    name,
    near: "wrong-way",
    corridors: ["kerb"],
    beforeS: 9,
    afterS: 40,
    moment: inGreen(6, 9),
    cast: (cast) => {
      const place = cast.random.between(-31, -27);
      const drive = cast.random.between(6, 8);
      const goOn = lawful(cast.signals.north, drive, 0.7);
      let stood: number | undefined;
      return onApproach(cast, {
        vehicle: "motorcycle",
        lateral: cast.random.between(9.6, 9.8),
        speed: drive,
        keyS: place - 2,
        mind: () => (self, t) => {
          if (stood === undefined && self.speed < 0.1 && self.s > place - 3) stood = t;
          if (stood === undefined) return { speed: drive, stopAt: place };
          const since = t - stood;
          if (since < 0.8) return { speed: 0.1, exactly: 0 };
          if (since < 0.8 + metres / speed) return { speed, exactly: -speed };
          if (since < 1.6 + metres / speed) return { speed: 0.1, exactly: 0 };
          return goOn(self, t);
        },
      });
    },
    kept: (trail) => {
      let most = -Infinity;
      let back = 0;
      for (const p of trail) {
        if (p.t > (trail.at(-1)?.t ?? 0)) break;
        most = Math.max(most, p.y);
        back = Math.max(back, most - p.y);
      }
      return back > metres * 0.7 && back < metres * 1.2;
    },
  };
}

const overSolid: Intention = {
  name: "overtakes over the solid centre line",
  breaks: "solid-line",
  corridors: ["car"],
  beforeS: 12,
  afterS: 8,
  moment: inGreen(7, 17),
  cast: (cast) => {
    const speed = cast.random.between(7.5, 9.5);
    const out = cast.random.between(-1.9, -1.2);
    return onApproach(cast, {
      vehicle: cast.random.pick(["car", "car", "motorcycle"]),
      lateral: 1.75,
      speed,
      keyS: STOP_Y,
      mind: () => drifting(heedless(speed), 1.75, out, -42, -24, 1.7),
    });
  },
  verdict: (trail, { junction }) => {
    const over = when(trail, (p) => p.x < 0 && p.y > junction.nearY + 1.5 && p.y < STOP_Y - 5);
    const clear = over && when(trail, (p) => p.x < -0.3 && p.y < STOP_Y - 2.5, over.t);
    const before = when(trail, (p) => p.y > junction.nearY + 0.5);
    if (over === undefined || clear === undefined || before === undefined || before.x < 0.4) return undefined;
    if (Math.min(...trail.map((p) => p.x)) > -0.6) return undefined;
    return { t_ms: windowMs(over.t, clear.t + 1), true_ms: Math.round(clear.t * 1000) };
  },
};

const wheelOnLine: Intention = {
  name: "drives with its left wheels on the solid line",
  near: "solid-line",
  corridors: ["car"],
  beforeS: 12,
  afterS: 8,
  moment: inGreen(7, 17),
  cast: (cast) => {
    const speed = cast.random.between(7.5, 9.5);
    return onApproach(cast, {
      vehicle: "car",
      lateral: 1.3,
      speed,
      keyS: STOP_Y,
      mind: () => drifting(heedless(speed), 1.3, 0.65, -46, -24, 0.8),
    });
  },
  kept: (trail, { junction }) =>
    trail.every((p) => p.y < junction.nearY || p.y > STOP_Y || (p.x > 0.25 && p.x < 2.4)),
};

const carAmongBikes: Intention = {
  name: "drives a car in the lane of two-wheelers",
  breaks: "lane-class",
  corridors: ["two-wheelers", "kerb"],
  beforeS: 14,
  afterS: 5,
  moment: inGreen(7, 18),
  cast: (cast) => {
    const speed = cast.random.between(6.5, 8.5);
    return onApproach(cast, {
      vehicle: cast.random.chance(0.8) ? "car" : "truck",
      lateral: 8.75,
      speed,
      keyS: STOP_Y,
      mind: () => heedless(speed),
    });
  },
  verdict: insideFor(BIKE_LANE, 1.5, STOP_Y),
};

const clipsBikeLane: Intention = {
  name: "a car that clips the edge of the two-wheelers' lane",
  near: "lane-class",
  corridors: ["mixed", "two-wheelers"],
  beforeS: 14,
  afterS: 5,
  moment: inGreen(7, 18),
  cast: (cast) => {
    const speed = cast.random.between(8, 9);
    return onApproach(cast, {
      vehicle: "car",
      lateral: 5.9,
      speed,
      keyS: STOP_Y,
      mind: () => drifting(heedless(speed), 5.9, 7.9, -36, -26, 1.8),
    });
  },
  kept: briefly(BIKE_LANE, STOP_Y, 0.2, 0.8),
};

/** A bus may do the same: what would be a case is recorded as an observation. */
const busAmongBikes: Intention = {
  ...carAmongBikes,
  name: "drives a bus, which is exempt, in the lane of two-wheelers",
  cast: (cast) => {
    const speed = cast.random.between(6.5, 8.5);
    return onApproach(cast, {
      vehicle: EXEMPT_CLASS,
      lateral: 8.75,
      speed,
      keyS: STOP_Y,
      mind: () => heedless(speed),
    });
  },
  verdict: (trail, setting, others) => {
    const verdict = carAmongBikes.verdict?.(trail, setting, others);
    return verdict && { ...verdict, expect: "observation" };
  },
};

const onShoulder: Intention = {
  name: "rides along the emergency lane",
  breaks: "emergency-lane",
  corridors: ["shoulder"],
  beforeS: 12,
  afterS: 5,
  moment: anyTime,
  cast: (cast) => {
    const speed = cast.random.between(5, 7);
    return onApproach(cast, {
      vehicle: cast.random.chance(0.8) ? "motorcycle" : "car",
      lateral: SHOULDER.middle,
      speed,
      route: { kind: "right", turnAt: -26, radius: 3 },
      keyS: -26,
      mind: () => heedless(speed),
    });
  },
  verdict: insideFor(SHOULDER, 1.5, STOP_Y - 3),
};

const clipsShoulder: Intention = {
  name: "a motorbike that clips the emergency lane while it passes",
  near: "emergency-lane",
  corridors: ["kerb", "shoulder"],
  beforeS: 12,
  afterS: 6,
  moment: inGreen(6, 18),
  cast: (cast) => {
    const speed = cast.random.between(7, 8);
    return onApproach(cast, {
      vehicle: "motorcycle",
      lateral: 9.8,
      speed,
      keyS: STOP_Y,
      mind: () => drifting(heedless(speed), 9.8, 11, -36, -29, 1.6),
    });
  },
  kept: briefly(SHOULDER, STOP_Y - 3, 0.2, 0.8),
};

const onFootway: Intention = {
  name: "rides along the footway",
  breaks: "sidewalk",
  corridors: ["footway"],
  beforeS: 16,
  afterS: 6,
  moment: anyTime,
  cast: (cast) => {
    const speed = cast.random.between(3, 6);
    return onApproach(cast, {
      vehicle: "motorcycle",
      lateral: FOOTWAY.middle + cast.random.between(-0.4, 0.4),
      speed,
      route: { kind: "right", turnAt: -23, radius: 2.5 },
      keyS: -23,
      mind: () => heedless(speed),
    });
  },
  verdict: (trail, { junction }) => {
    const within = points(trail, FOOTWAY, junction, STOP_Y);
    const [first, last] = [within[0], within.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    const far = when(within, (p) => p.y >= first.y + 6);
    if (far === undefined || last.y - first.y < 9) return undefined;
    return { t_ms: windowMs(far.t - 0.6, last.t + 0.6), true_ms: Math.round(far.t * 1000) };
  },
};

const intoHouse: Intention = {
  name: "crosses the shoulder and the footway into a house",
  near: "sidewalk",
  corridors: ["kerb", "shoulder", "footway"],
  beforeS: 12,
  afterS: 8,
  moment: anyTime,
  cast: (cast) => {
    const speed = cast.random.between(4, 5);
    const turnAt = cast.random.between(-35, -29);
    return onApproach(cast, {
      vehicle: "motorcycle",
      lateral: 9.75,
      speed,
      route: { kind: "right", turnAt, radius: 2 },
      keyS: turnAt,
      mind: () => heedless(speed),
    });
  },
  kept: briefly(SHOULDER, STOP_Y - 3, 0, 1.1),
};

export const LANE_INTENTIONS: readonly Intention[] = [
  wrongWay,
  backwards("goes back three metres at the kerb", 3, 1.4),
  backwards("pushes a motorbike back six metres", 6, 0.85),
  overSolid,
  wheelOnLine,
  carAmongBikes,
  clipsBikeLane,
  busAmongBikes,
  onShoulder,
  clipsShoulder,
  onFootway,
  intoHouse,
];

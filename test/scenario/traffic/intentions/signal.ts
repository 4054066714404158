// Intentions around the red light: running it, stopping over the line, and all that only looks so.
import type { Driver, Mind, TrailPoint } from "../driver.ts";
import { type Intention, type Setting, standStart, when, windowMs } from "../intention.ts";
import { FAR_EXIT_Y, NEAR_EXIT_Y, STOP_Y } from "../junction.ts";
import { heedless, holding, lawful } from "../mind.ts";
import { onApproach } from "./cast.ts";

/** Seconds after red begins by which heavy vehicles, seen by their rear, may still come over the line. */
const HEAVY_GRACE_S = 1.5;

function exitY({ junction }: Setting): number {
  return junction.exit === "near" ? NEAR_EXIT_Y : junction.exit === "far" ? FAR_EXIT_Y : STOP_Y + 3;
}

function ranRed(leastS: number) {
  return (trail: readonly TrailPoint[], setting: Setting) => {
    const { signals } = setting;
    const crossed = when(trail, (p) => p.y >= STOP_Y);
    const left = when(trail, (p) => p.y >= exitY(setting), crossed?.t);
    if (crossed === undefined || left === undefined) return undefined;
    const sameRed = signals.north(left.t + 0.3) === "red" && signals.northSince(left.t) >= left.t - crossed.t;
    if (signals.north(crossed.t) !== "red" || signals.northSince(crossed.t) < leastS || !sameRed)
      return undefined;
    return { t_ms: windowMs(crossed.t, left.t + 0.6), true_ms: Math.round(left.t * 1000) };
  };
}

function neverOnRed(graceS: number) {
  return (trail: readonly TrailPoint[], { signals }: Setting) => {
    const crossed = when(trail, (p) => p.y >= STOP_Y);
    return (
      crossed === undefined || signals.north(crossed.t) !== "red" || signals.northSince(crossed.t) < graceS
    );
  };
}

/** A key moment `from`–`to` seconds after the next red begins (negative: before it). */
function aroundRed(least: number, most: number) {
  return ({ signals, random }: Setting, from: number): number =>
    signals.nextNorth("red", from - least) + random.between(least, most);
}

const redBike: Intention = {
  name: "runs the red light on a motorbike",
  breaks: "red-light",
  corridors: ["bike"],
  beforeS: 10,
  afterS: 8,
  moment: ({ signals, random }, from) =>
    signals.nextNorth("red", from) + random.between(1.2, Math.max(2, signals.redS - 7)),
  cast: (cast) => {
    const speed = cast.random.between(6.5, 9.5);
    return onApproach(cast, {
      vehicle: "motorcycle",
      lateral: cast.random.between(4.15, 4.45),
      speed,
      keyS: STOP_Y,
      mind: () => heedless(speed),
    });
  },
  verdict: ranRed(0.8),
};

const redCar: Intention = {
  ...redBike,
  name: "runs the red light in a car, a truck or a bus",
  corridors: ["car"],
  beforeS: 12,
  moment: ({ signals, random }, from) =>
    signals.nextNorth("red", from) + random.between(2.5, Math.max(3, signals.redS - 7)),
  cast: (cast) => {
    const speed = cast.random.between(7.5, 11);
    return onApproach(cast, {
      vehicle: cast.random.pick(["car", "car", "truck", "bus"]),
      lateral: 1.75,
      speed,
      keyS: STOP_Y,
      mind: () => heedless(speed),
    });
  },
  verdict: ranRed(2),
};

const jumpsTheStart: Intention = {
  ...redBike,
  name: "waits at the line, then starts before green",
  beforeS: 26,
  afterS: 10,
  fits: ({ exit }) => exit !== "far",
  moment: ({ signals, random }, from) => signals.nextNorth("green", from) - random.between(6.5, 8.5),
  cast: (cast) => {
    const speed = cast.random.between(6.5, 9);
    const actor = onApproach(cast, {
      vehicle: "motorcycle",
      lateral: cast.random.between(4.15, 4.45),
      speed,
      keyS: STOP_Y,
      mind: () => holding(STOP_Y - 0.5, cast.at, speed, heedless(speed)),
    });
    return actor.kind === "driver" ? { ...actor, from: actor.from - 4 } : actor;
  },
};

const rightByLeave: Intention = {
  name: "turns right on red where that is allowed",
  near: "red-light",
  corridors: ["kerb"],
  beforeS: redBike.beforeS,
  afterS: redBike.afterS,
  moment: redBike.moment,
  fits: ({ rightOnRed: allowed }) => allowed,
  kept: (trail) => when(trail, (p) => p.x > 15) !== undefined,
  cast: (cast) => {
    const speed = cast.random.between(4.5, 6);
    return onApproach(cast, {
      vehicle: "motorcycle",
      lateral: 9.7,
      speed,
      route: { kind: "right", turnAt: -8.5, radius: 4.5 },
      keyS: STOP_Y,
      mind: () => heedless(speed),
    });
  },
};
const rightOnRed: Intention = {
  ...rightByLeave,
  name: "turns right on red",
  breaks: "red-light",
  fits: ({ exit, rightOnRed: allowed }) => exit === "near" && !allowed,
  verdict: ranRed(0.8),
};

function overTheLine(corridor: "bike" | "car"): Intention {
  return {
    name: corridor === "bike" ? "stops beyond the line on a motorbike" : "stops beyond the line in a car",
    breaks: "stop-line",
    corridors: [corridor],
    beforeS: 14,
    afterS: 26,
    moment: ({ signals, random }, from) =>
      signals.nextNorth("red", from) + random.between(2.2, Math.max(3, signals.redS - 12)),
    cast: (cast) => {
      const { random, signals } = cast;
      const speed = random.between(6.5, 8.5);
      const beyond = random.between(0.9, 2);
      const green = signals.nextNorth("green", cast.at);
      return onApproach(cast, {
        vehicle: corridor === "bike" ? "motorcycle" : "car",
        lateral: corridor === "bike" ? random.between(4.15, 4.45) : 1.75,
        speed,
        keyS: STOP_Y,
        mind: (vehicle) => holding(STOP_Y + beyond + vehicle.length, green + 0.4, speed, heedless(speed)),
      });
    },
    verdict: (trail, { signals }) => {
      const crossed = when(trail, (p) => p.y >= STOP_Y);
      const stood = crossed && standStart(trail, crossed.t);
      if (crossed === undefined || stood === undefined) return undefined;
      const place = when(trail, (p) => p.t >= stood);
      if (place === undefined || place.y < STOP_Y + 0.65 || place.y > STOP_Y + 2.6) return undefined;
      if (signals.north(crossed.t) !== "red" || signals.northSince(crossed.t) < 0.8) return undefined;
      if (signals.north(stood + 3) !== "red") return undefined;
      return { t_ms: windowMs(stood + 1.2, stood + 3.5), true_ms: Math.round((stood + 1.5) * 1000) };
    },
  };
}

function waitsOver(leavesOnRed: boolean): Intention {
  return {
    name: leavesOnRed
      ? "came over the line before red, goes on during it"
      : "waits over the line since before red",
    near: leavesOnRed ? "red-light" : "stop-line",
    corridors: ["bike"],
    beforeS: 12,
    afterS: 34,
    moment: aroundRed(-1.6, -0.9),
    cast: (cast) => {
      const { random, signals } = cast;
      const beyond = random.between(0.8, 1.5);
      const red = signals.nextNorth("red", cast.at);
      const until = leavesOnRed ? red + random.between(4, 8) : signals.nextNorth("green", red) + 0.5;
      const crawl = 3.2;
      const stop = (vehicle: Driver["vehicle"]): Mind =>
        holding(STOP_Y + beyond + vehicle.length, until, crawl, heedless(8));
      return onApproach(cast, {
        vehicle: "motorcycle",
        lateral: 4.3,
        speed: crawl,
        keyS: STOP_Y + 0.3,
        mind: stop,
      });
    },
    kept: (trail, setting) => {
      const crossed = when(trail, (p) => p.y >= STOP_Y);
      const back = crossed && when(trail, (p) => p.y < STOP_Y + 0.3, crossed.t + 1.5);
      const early = crossed && setting.signals.north(crossed.t + 0.4) === "yellow";
      return early === true && back === undefined;
    },
  };
}

const onYellow: Intention = {
  name: "goes over the line on yellow",
  near: "red-light",
  corridors: ["bike"],
  beforeS: 10,
  afterS: 6,
  moment: aroundRed(-1.2, -0.35),
  cast: redBike.cast,
  kept: neverOnRed(0),
};

const heavyOnYellow: Intention = {
  name: "a bus or truck whose front crossed in time and whose rear comes over in the first second of red",
  near: "red-light",
  corridors: ["car"],
  beforeS: 12,
  afterS: 8,
  moment: aroundRed(0.3, 0.9),
  cast: (cast) => {
    const speed = cast.random.between(7.5, 9);
    return onApproach(cast, {
      vehicle: cast.random.pick(["bus", "truck"]),
      lateral: 1.75,
      speed,
      keyS: STOP_Y,
      mind: () => heedless(speed),
    });
  },
  kept: neverOnRed(HEAVY_GRACE_S - 0.4),
};

const wheelOver: Intention = {
  name: "stands with the front wheel over the line",
  near: "stop-line",
  corridors: ["bike"],
  beforeS: 14,
  afterS: 26,
  moment: aroundRed(3, 6),
  cast: (cast) => {
    const { random, signals } = cast;
    const speed = random.between(6, 8);
    const until = signals.nextNorth("green", cast.at) + 0.5;
    const over = random.between(0.3, 0.8);
    return onApproach(cast, {
      vehicle: "motorcycle",
      lateral: 4.3,
      speed,
      keyS: STOP_Y - 1,
      mind: () => holding(STOP_Y + over, until, speed, heedless(speed)),
    });
  },
  kept: neverOnRed(0),
};

const waitsForGreen: Intention = {
  name: "a car that waits for green as it should",
  near: "red-light",
  corridors: ["car"],
  beforeS: 14,
  afterS: 26,
  moment: aroundRed(2, 6),
  cast: (cast) => {
    const speed = cast.random.between(7, 9);
    return onApproach(cast, {
      vehicle: cast.random.pick(["car", "bus"]),
      lateral: 1.75,
      speed,
      keyS: STOP_Y - 3,
      mind: () => lawful(cast.signals.north, speed, 0.5),
    });
  },
  kept: neverOnRed(0),
};

export const SIGNAL_INTENTIONS: readonly Intention[] = [
  redBike,
  redCar,
  jumpsTheStart,
  rightOnRed,
  rightByLeave,
  overTheLine("bike"),
  overTheLine("car"),
  waitsOver(false),
  waitsOver(true),
  onYellow,
  heavyOnYellow,
  wheelOver,
  waitsForGreen,
];

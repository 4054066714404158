// Scripts of crowd scenes: one incident each, or something lawful that comes close to it, among ordinary people.
import type { RuleConfig, RuleKind } from "../../../config/rule.ts";
import type { Place } from "../body.ts";
import type { Random } from "../random.ts";
import type { Leg } from "./pedestrian.ts";
import { type Area, areaM2, CORRIDOR, GATE, PLAZA, somewhere } from "./square.ts";
import { type Census, firstChange, firstHeld, largestGroup, medianSpeed } from "./truth.ts";

/** Someone who comes at a time. */
export interface Arrival {
  readonly at: number;
  readonly from: Place;
  readonly plan: readonly Leg[];
}

/** Shares by which limits are moved: the speed at which somebody stands and the people that make a change, and the hold. */
export interface Doubt {
  readonly limit: number;
  readonly hold: number;
}

export interface Script {
  readonly rule: RuleKind;
  readonly name: string;
  readonly area: Area;
  readonly config: RuleConfig;
  readonly capacity: number;
  /** Ordinary people per second who cross the area, and which way. */
  readonly passersPerS: number;
  readonly oneWay?: boolean;
  readonly arrivals: readonly Arrival[];
  /** When it became true, from where people truly were; undefined when it never did. A truth that `doubt` moves hangs on a hair. */
  truth(censuses: readonly Census[], doubt: Doubt): number | undefined;
  /** Whether it is meant to become true. */
  readonly meant: boolean;
}

export const SCENE_S = 110;
/** Before this nobody can know how many there were. */
const BEGUN_S = 3;
const LEVEL_C = 1;
const EDGE_M = 2.5;

/** A place just outside an area. */
export function outside({ x, y }: Area, random: Random): Place {
  switch (random.integer(0, 3)) {
    case 0:
      return { x: x[0] - EDGE_M, y: random.between(y[0], y[1]) };
    case 1:
      return { x: x[1] + EDGE_M, y: random.between(y[0], y[1]) };
    case 2:
      return { x: random.between(x[0], x[1]), y: y[1] + EDGE_M };
    default:
      return { x: random.between(x[0], x[1]), y: y[0] - 1.5 };
  }
}

/** Comes in, stands at a place of its own until a time, and leaves. */
function visitor(area: Area, random: Random, at: number, until: number, to?: Place, speed = 1.3): Arrival {
  const from = outside(area, random);
  const leave = { to: outside(area, random), speed };
  return { at, from, plan: [{ to: to ?? somewhere(area, random, 0.5), speed, standUntil: until }, leave] };
}

function many(count: number, make: (index: number) => Arrival): Arrival[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function over(random: Random, meant: boolean): Script {
  const capacity = 30;
  const target = meant ? random.integer(42, 50) : random.integer(16, 19);
  return {
    rule: "crowd-over",
    name: meant ? "the plaza fills beyond its capacity" : "the plaza is half full",
    area: PLAZA,
    config: { rule: "crowd-over", zone: PLAZA.name },
    capacity,
    passersPerS: 0.15,
    arrivals: many(target, () => visitor(PLAZA, random, random.between(5, 50), random.between(75, 110))),
    truth: (censuses) => firstHeld(censuses, 2, ({ people }) => people.length > capacity),
    meant,
  };
}

function dense(random: Random, meant: boolean): Script {
  const persons = Math.round(areaM2(GATE) * (meant ? random.between(1.5, 1.9) : random.between(0.4, 0.6)));
  return {
    rule: "crowd-density",
    name: meant ? "people press before the gate" : "people wait before the gate",
    area: GATE,
    config: { rule: "crowd-density", zone: GATE.name, level: "C", hold_s: 10 },
    capacity: 500,
    passersPerS: 0.03,
    arrivals: many(persons, () => visitor(GATE, random, random.between(0, 35), 200)),
    truth: (censuses) => firstHeld(censuses, 10, ({ people }) => people.length / areaM2(GATE) >= LEVEL_C),
    meant,
  };
}

function surge(random: Random, meant: boolean): Script {
  const at = random.between(45, 60);
  const spread = meant ? 2 : 85;
  return {
    rule: "crowd-surge",
    name: meant ? "a busload arrives at once" : "as many arrive over a minute and a half",
    area: PLAZA,
    config: { rule: "crowd-surge", zone: PLAZA.name },
    capacity: 500,
    passersPerS: 0.1,
    arrivals: [
      ...many(12, () => visitor(PLAZA, random, random.between(-24, -14), 200)),
      ...many(28, () =>
        visitor(PLAZA, random, random.between(at, at + spread) - (meant ? 0 : 40), 200, undefined, 2),
      ),
    ],
    truth: (censuses, doubt) =>
      firstChange(
        censuses.filter(({ t }) => t > BEGUN_S),
        8,
        0.6,
        10 - Math.round(6 * doubt.limit),
      ),
    meant,
  };
}

function dispersal(random: Random, meant: boolean): Script {
  const at = random.between(55, 70);
  return {
    rule: "crowd-dispersal",
    name: meant ? "everybody runs" : "people leave one after another",
    area: PLAZA,
    config: { rule: "crowd-dispersal", zone: PLAZA.name },
    capacity: 500,
    passersPerS: 0.05,
    arrivals: many(34, () => {
      const until = meant ? random.between(at, at + 1) : random.between(30, 105);
      const to = somewhere(PLAZA, random, 1);
      const away = { x: to.x < 0 ? PLAZA.x[0] - 3 : PLAZA.x[1] + 3, y: to.y };
      const coming = visitor(PLAZA, random, random.between(0, 10), until, to);
      const [stand] = coming.plan;
      if (stand === undefined) return coming;
      return { ...coming, plan: [stand, { to: away, speed: meant ? 3.2 : 1.2 }] };
    }),
    truth: (censuses, doubt) =>
      firstChange(
        censuses.filter(({ t }) => t > BEGUN_S),
        8,
        -0.5,
        10 - Math.round(6 * doubt.limit),
      ),
    meant,
  };
}

function counter(random: Random, meant: boolean): Script {
  const at = random.between(68, 80);
  const against = meant ? 8 : 3;
  return {
    rule: "counter-flow",
    name: meant ? "a group walks against the stream" : "three people walk against the stream",
    area: CORRIDOR,
    config: { rule: "counter-flow", zone: CORRIDOR.name },
    capacity: 500,
    passersPerS: 1,
    oneWay: true,
    arrivals: many(against, () => {
      const x = random.between(-2.2, 2.2);
      const from = { x, y: CORRIDOR.y[1] + random.between(1, 3) };
      return { at, from, plan: [{ to: { x, y: CORRIDOR.y[0] - 1.5 }, speed: random.between(1.2, 1.4) }] };
    }),
    truth: (censuses) =>
      firstHeld(censuses, 2, ({ people }) => people.filter(({ vy }) => vy < -0.3).length >= 5),
    meant,
  };
}

function blocked(random: Random, meant: boolean): Script {
  const at = random.between(40, 50);
  const until = meant ? at + 30 : at + 3;
  return {
    rule: "flow-blocked",
    name: meant ? "the way out is shut and people stand" : "people pause for a moment",
    area: CORRIDOR,
    config: { rule: "flow-blocked", zone: CORRIDOR.name },
    capacity: 500,
    passersPerS: 0,
    arrivals: many(30, (index) => {
      const x = random.between(-2.4, 2.4);
      const start = 5 + index * 2.4;
      const stop = CORRIDOR.y[0] + 1 + (index % 12) * 1.2;
      const isBefore = start + 20 < at || start > until - 6;
      const leave = { to: { x, y: CORRIDOR.y[1] + 2 }, speed: 1.25 };
      const from = { x, y: CORRIDOR.y[0] - 1.5 };
      if (isBefore) return { at: start, from, plan: [leave] };
      return { at: start, from, plan: [{ to: { x, y: stop }, speed: 1.25, standUntil: until }, leave] };
    }),
    truth: (censuses, doubt) =>
      firstHeld(
        censuses,
        8 * (1 - doubt.hold),
        ({ people }) => people.length >= 5 && medianSpeed(people) < 0.25 * (1 + doubt.limit),
      ),
    meant,
  };
}

function gathering(random: Random, meant: boolean): Script {
  const middle = somewhere(PLAZA, random, 4);
  const at = random.between(20, 35);
  const standS = meant ? 45 : 7;
  return {
    rule: "gathering",
    name: meant ? "a group gathers and stays" : "a group meets and walks on",
    area: PLAZA,
    config: { rule: "gathering", zone: PLAZA.name },
    capacity: 500,
    passersPerS: 0.25,
    arrivals: many(10, (index) => {
      const angle = (index * 2 * Math.PI) / 10;
      const to = { x: middle.x + Math.cos(angle), y: middle.y + Math.sin(angle) };
      return visitor(PLAZA, random, random.between(at - 3, at), at + 12 + standS, to);
    }),
    truth: (censuses, doubt) =>
      firstHeld(
        censuses,
        15 * (1 - doubt.hold),
        ({ people }) => largestGroup(people, 2, 0.3 * (1 + doubt.limit)) >= 7,
      ),
    meant,
  };
}

function loitering(random: Random, meant: boolean): Script {
  const staysS = meant ? 60 : 20;
  return {
    rule: "loitering",
    name: meant ? "someone stays and stays" : "someone waits a little",
    area: PLAZA,
    config: { rule: "loitering", zone: PLAZA.name, max_s: 40 },
    capacity: 500,
    passersPerS: 0.12,
    arrivals: [visitor(PLAZA, random, 8, 14 + staysS, somewhere(PLAZA, random, 3))],
    truth: (censuses) => {
      const entered = new Map<number, number>();
      for (const { t, people } of censuses) {
        for (const { id } of people) {
          const since = entered.get(id) ?? t;
          entered.set(id, since);
          if (t - since >= 40) return t;
        }
      }
      return undefined;
    },
    meant,
  };
}

/** Every script, made with or without its incident. */
export const CROWD_SCRIPTS: readonly [(random: Random, meant: boolean) => Script, RuleKind][] = [
  [over, "crowd-over"],
  [dense, "crowd-density"],
  [surge, "crowd-surge"],
  [dispersal, "crowd-dispersal"],
  [counter, "counter-flow"],
  [blocked, "flow-blocked"],
  [gathering, "gathering"],
  [loitering, "loitering"],
];

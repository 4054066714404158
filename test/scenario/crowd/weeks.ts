// Weeks of a place's life, minute by minute: people who come as its habits say, stay for a while and go.
import { createRandom, type Random } from "../random.ts";

export interface WeekMinute {
  /** Minutes since 1970 UTC. */
  readonly minute: number;
  /** Mean number of people over the minute. */
  readonly persons: number;
}

export interface Weeks {
  readonly name: string;
  /** In order; minutes in which the box was off are missing. */
  readonly minutes: readonly WeekMinute[];
}

/** When people come: hour of the local day, how long the swell lasts (standard deviation, hours), how strong it is. */
interface Swell {
  readonly hour: number;
  readonly hours: number;
  readonly strength: number;
  readonly days: "all" | "work" | "weekend";
}

interface Habit {
  readonly name: string;
  /** Mean stay, minutes. */
  readonly stay: readonly [number, number];
  /** People at the strongest hour. */
  readonly peak: readonly [number, number];
  /** People when nothing happens, as a share of the peak. */
  readonly ground: number;
  readonly swells: readonly Swell[];
}

const HABITS: readonly [Habit, ...Habit[]] = [
  {
    name: "market",
    stay: [10, 25],
    peak: [60, 180],
    ground: 0.02,
    swells: [
      { hour: 6.5, hours: 1.6, strength: 1, days: "all" },
      { hour: 17, hours: 1.2, strength: 0.6, days: "all" },
      { hour: 9, hours: 1.5, strength: 0.4, days: "weekend" },
    ],
  },
  {
    name: "offices",
    stay: [4, 10],
    peak: [30, 120],
    ground: 0.02,
    swells: [
      { hour: 7.6, hours: 0.6, strength: 1, days: "work" },
      { hour: 11.7, hours: 0.6, strength: 0.8, days: "work" },
      { hour: 17.3, hours: 0.8, strength: 0.9, days: "work" },
      { hour: 16, hours: 3, strength: 0.2, days: "weekend" },
    ],
  },
  {
    name: "walking street",
    stay: [15, 35],
    peak: [80, 260],
    ground: 0.03,
    swells: [
      { hour: 20, hours: 1.6, strength: 0.5, days: "work" },
      { hour: 20.3, hours: 2, strength: 1, days: "weekend" },
      { hour: 6, hours: 0.8, strength: 0.15, days: "all" },
    ],
  },
  {
    name: "bus station",
    stay: [12, 30],
    peak: [40, 150],
    ground: 0.08,
    swells: [
      { hour: 6, hours: 1.2, strength: 0.9, days: "all" },
      { hour: 12, hours: 2.5, strength: 0.5, days: "all" },
      { hour: 18, hours: 1.5, strength: 1, days: "all" },
      { hour: 15, hours: 2, strength: 0.5, days: "weekend" },
    ],
  },
];

const DAY_MIN = 1440;
const OFFSET_MIN = 7 * 60;
/** Monday, 6 January 2025, midnight in Việt Nam, in minutes since 1970 UTC. */
const FIRST_MIN = Date.UTC(2025, 0, 6) / 60_000 - OFFSET_MIN;

/** One place for so many weeks; which kind of place the seed decides. */
export function generateWeeks(seed: string, weeks: number): Weeks {
  const random = createRandom(`${seed}/weeks`);
  const habit = random.pick(HABITS);
  const stayMin = random.between(...habit.stay);
  const peak = random.between(...habit.peak);
  const days = Array.from({ length: weeks * 7 }, (_, day) => dayOf(day, random.fork(`day ${day}`)));
  const people = random.fork("people");
  const offline = outages(random.fork("box"), weeks);
  const minutes: WeekMinute[] = [];
  let mood = 0;
  let inside = 0;
  for (let at = 0; at < weeks * 7 * DAY_MIN; at++) {
    const day = days[Math.floor(at / DAY_MIN)];
    if (day === undefined) break;
    // The mood of the hour: log-normal, forgotten within three quarters of an hour.
    mood = mood * Math.exp(-1 / 45) + people.normal(0, 0.18 * Math.sqrt(1 - Math.exp(-2 / 45)));
    const hour = (at % DAY_MIN) / 60;
    const wanted = peak * (habit.ground + strengthAt(habit, day, hour)) * day.level * Math.exp(mood);
    const before = inside;
    const leaving = binomial(inside, 1 - Math.exp(-1 / stayMin), people);
    inside += count(wanted * (1 - Math.exp(-1 / stayMin)), people) - leaving;
    if (offline.has(at)) continue;
    // What a minute's mean of a detector's counts is worth.
    const seen = ((before + inside) / 2) * (1 + people.normal(0, 0.03));
    minutes.push({ minute: FIRST_MIN + at, persons: Math.round(1000 * Math.max(0, seen)) / 1000 });
  }
  return { name: habit.name, minutes };
}

/** What one day is like. */
interface Day {
  readonly weekend: boolean;
  /** Weather and season: everything is more or less by this much. */
  readonly level: number;
  readonly shower?: { readonly from: number; readonly to: number; readonly share: number };
  /** A show, a match: another swell that no calendar knows. */
  readonly show?: { readonly hour: number; readonly hours: number; readonly strength: number };
  /** Hours by which everything is later. */
  readonly late: number;
}

function dayOf(day: number, random: Random): Day {
  // Nine holidays a year fall on working days: they are lived like Sundays.
  const holiday = random.chance(9 / 260);
  const from = random.between(6, 20);
  return {
    weekend: day % 7 >= 5 || holiday,
    level: Math.exp(random.normal(0, 0.15)),
    late: random.normal(0, 0.15),
    ...(random.chance(0.15)
      ? { shower: { from, to: from + random.between(0.4, 1.5), share: random.between(0.3, 0.6) } }
      : {}),
    ...(random.chance(0.06)
      ? {
          show: {
            hour: random.between(17, 21),
            hours: random.between(0.4, 0.9),
            strength: random.between(0.4, 1),
          },
        }
      : {}),
  };
}

function strengthAt(habit: Habit, day: Day, hour: number): number {
  let strength = 0;
  for (const swell of habit.swells) {
    if (swell.days !== "all" && (swell.days === "weekend") !== day.weekend) continue;
    strength += swell.strength * bell(hour - day.late - swell.hour, swell.hours);
  }
  if (day.show !== undefined) strength += day.show.strength * bell(hour - day.show.hour, day.show.hours);
  const { shower } = day;
  return shower !== undefined && hour >= shower.from && hour < shower.to ? strength * shower.share : strength;
}

function bell(distance: number, deviation: number): number {
  return Math.exp(-(distance * distance) / (2 * deviation * deviation));
}

/** Minutes in which the box is off: once in two weeks, for some hours. */
function outages(random: Random, weeks: number): Set<number> {
  const minutes = new Set<number>();
  for (let left = random.count(weeks / 2); left > 0; left--) {
    const from = random.integer(0, weeks * 7 * DAY_MIN - 1);
    const length = random.integer(20, 400);
    for (let at = from; at < from + length; at++) minutes.add(at);
  }
  return minutes;
}

/** Poisson; large means as sums of small ones, whose product of uniforms does not underflow. */
function count(mean: number, random: Random): number {
  let left = mean;
  let sum = 0;
  for (; left > 30; left -= 30) sum += random.count(30);
  return sum + random.count(left);
}

function binomial(trials: number, share: number, random: Random): number {
  let hits = 0;
  for (let trial = 0; trial < trials; trial++) if (random.chance(share)) hits++;
  return hits;
}

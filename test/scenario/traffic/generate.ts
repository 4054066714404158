// Plays a scene of traffic and writes down what truly happened in it.
import type { RuleKind } from "../../../config/rule.ts";
import type { Body, Moment } from "../body.ts";
import type { Label } from "../label.ts";
import { located } from "../mast.ts";
import { createRandom, type Random } from "../random.ts";
import type { Scenario } from "../scenario.ts";
import { createBackground } from "./background.ts";
import { drive, type Driver, driverBodies, type TrailPoint } from "./driver.ts";
import type { Actor, Setting } from "./intention.ts";
import { BIKE_LANE, cameraConfig, createJunction, FOOTWAY, SIGNAL, STOP_Y } from "./junction.ts";
import { type Booking, book, reservationsOf } from "./schedule.ts";
import { createSignals } from "./signals.ts";
import { pressedSince } from "./giving-way.ts";
import { createVolumeMeter } from "./volumes.ts";
import { type Walker, walkerBody } from "./walker.ts";

/** Before the first frame, so that the street is not empty at the start. */
const WARM_UP_S = 20;
const DURATION_S = 75;
const FRAME_S = 0.1;
const LEAVES_AT_S = 48;
/** Nearer to the mast than this, or farther to a side, nothing is in the picture. */
const LEAST_AHEAD_M = 8;
const SIGHT_M = 50;
const SIGNAL_RULES: ReadonlySet<RuleKind> = new Set(["red-light", "stop-line", "yield"]);
/** Frames in which someone on foot may be where a vehicle is: nobody walks through a queue of motorbikes. */
const MOST_BUMPS = 4;
/** Ordinary traffic that strays into a grey zone spoils a scene; it is played again with other numbers. */
const MOST_ATTEMPTS = 40;
/** So often a scene is played again for a breach of its featured rule that came off. */
const FEATURED_ATTEMPTS = 5;

/**
 * One labelled scene of about 75 s at ten uneven frames a second, with breaches of the featured rule if they come off.
 * The same arguments give the same scene.
 */
export function generateTraffic(seed: string, rules: ReadonlySet<RuleKind>, featured?: RuleKind): Scenario {
  let fallback: Scenario | undefined;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const left = new Set<number>();
    for (;;) {
      const outcome = play(`${seed}/${attempt}`, rules, left, featured);
      if (outcome.kind === "scene") {
        const { scenario } = outcome;
        const cameOff = featured === undefined || scenario.labels.some(({ rule }) => rule === featured);
        if (cameOff || attempt >= FEATURED_ATTEMPTS) return scenario;
        fallback ??= scenario;
        break;
      }
      if (outcome.kind === "spoilt") break;
      // What did not come off as it was meant is left out, and the scene is played without it.
      for (const booking of outcome.bookings) left.add(booking);
    }
  }
  if (fallback !== undefined) return fallback;
  throw new Error(`no clean scene of seed ${seed} in ${MOST_ATTEMPTS} attempts`);
}

type Outcome =
  | { readonly kind: "scene"; readonly scenario: Scenario }
  | { readonly kind: "spoilt" }
  | { readonly kind: "unmeant"; readonly bookings: readonly number[] };

function play(
  seed: string,
  rules: ReadonlySet<RuleKind>,
  leftOut: ReadonlySet<number>,
  featured: RuleKind | undefined,
): Outcome {
  const random = createRandom(seed);
  const junction = createJunction(rules, random.fork("junction"), featured);
  const signals = createSignals(random.between(21, 24), random.between(14, 20), random.between(0, 45));
  const setting: Setting = { junction, signals, random: random.fork("intentions") };
  const booked = book(setting, rules, DURATION_S, random.integer(5, 9), featured).entries();
  const kept = [...booked].filter(([index]) => !leftOut.has(index));
  const bookings = kept.map(([, booking]) => booking);
  let id = 0;
  const nextId = (): number => ++id;
  const cast = kept.map(([index, booking]) => {
    const actorId = nextId();
    const own = setting.random.fork(`actor-${index}`);
    return {
      booking,
      index,
      id: actorId,
      actor: booking.intention.cast({ ...setting, random: own, at: booking.at, id: actorId, nextId }),
    };
  });
  const walkers = [
    ...cast.flatMap(({ actor }) => (actor.kind === "walker" ? [actor.walker] : (actor.walkers ?? []))),
    ...ordinaryWalkers(setting, random.fork("walkers"), nextId),
  ];
  const background = createBackground(
    signals,
    reservationsOf(bookings, setting),
    random.fork("background"),
    nextId,
    random.between(0.7, 1.3),
  );

  const frames = random.fork("frames");
  const moments: Moment[] = [];
  const ordinary: Driver[] = [];
  const bumped = new Map<number, number>();
  let onRoad: Driver[] = [];
  let t = -WARM_UP_S;
  while (t < DURATION_S) {
    const dt = FRAME_S + frames.integer(-12, 12) / 1000;
    t = Math.round((t + dt) * 1000) / 1000;
    const entered = cast.flatMap(({ actor }) => entering(actor, t, dt));
    const arrivals = background.arrivals(t, dt, onRoad);
    ordinary.push(...arrivals.filter((driver) => driver.arm === "north"));
    onRoad.push(...entered, ...arrivals);
    drive(onRoad, t, dt);
    onRoad = onRoad.filter((driver) => driver.s < LEAVES_AT_S && driver.s > -90);
    if (t < 0) continue;
    const bodies: Body[] = [];
    for (const driver of onRoad) {
      const [body, ...riders] = driverBodies(driver);
      if (body === undefined || body.y < junction.mast.y + LEAST_AHEAD_M || Math.abs(body.x) > SIGHT_M)
        continue;
      bodies.push(body, ...riders);
      if (driver.arm === "north") note(driver.trail, t, driver.speed, located(junction.mast, body));
    }
    for (const walker of walkers) {
      const body = walkerBody(walker, t);
      if (body === undefined) continue;
      if (bodies.some((other) => bumps(body, other))) bumped.set(walker.id, (bumped.get(walker.id) ?? 0) + 1);
      bodies.push(body);
      note(walker.trail, t, walker.speed, located(junction.mast, body));
    }
    moments.push({ tMs: Math.round(t * 1000), bodies, signals: { [SIGNAL]: signals.north(t) } });
  }

  if (!ordinary.every((driver) => stayedLawful(driver, setting) && !pressesAnyone(driver.trail, walkers)))
    return { kind: "spoilt" };
  const bumpedIn = (actor: Actor, actorId: number): number[] => {
    const company = actor.kind === "driver" ? (actor.walkers ?? []).map((walker) => walker.id) : [];
    return [actorId, ...company].map((walkerId) => bumped.get(walkerId) ?? 0);
  };
  const labels: Label[] = [];
  const unmeant: number[] = [];
  for (const { booking, index, id: actorId, actor } of cast) {
    const outcome = judgeActor(booking, actorId, actor, setting, walkers);
    if (outcome === undefined || bumpedIn(actor, actorId).some((n) => n > MOST_BUMPS)) unmeant.push(index);
    else labels.push(...outcome);
  }
  if (unmeant.length > 0) return { kind: "unmeant", bookings: unmeant };
  const meter = createVolumeMeter(junction.mast, junction.nearY);
  for (const moment of moments) meter.add(moment);
  const scenario: Scenario = {
    name: `traffic-${seed.replaceAll("/", "-")}`,
    seed,
    mast: junction.mast,
    camera: cameraConfig(junction),
    moments,
    volumes: meter.volumes(),
    labels: labels.sort((a, b) => a.t_ms[0] - b.t_ms[0]),
    nearMisses: cast
      .filter(({ booking }) => booking.intention.breaks === undefined)
      .map(({ booking, id: actorId }) => ({ id: actorId, name: booking.intention.name })),
  };
  return { kind: "scene", scenario };
}

/** Whether a person stands in the footprint of a vehicle. */
function bumps(person: Body, vehicle: Body): boolean {
  if (vehicle.base > 0 || vehicle.class === "person") return false;
  const [dx, dy] = [person.x - vehicle.x, person.y - vehicle.y];
  const along = Math.abs(dx * Math.cos(vehicle.heading) + dy * Math.sin(vehicle.heading));
  const across = Math.abs(dy * Math.cos(vehicle.heading) - dx * Math.sin(vehicle.heading));
  return along < vehicle.length / 2 + 0.2 && across < vehicle.width / 2 + 0.2;
}

function note(
  trail: TrailPoint[],
  t: number,
  speed: number,
  place: { x: number; y: number } | undefined,
): void {
  if (place !== undefined) trail.push({ t, speed, x: place.x, y: place.y });
}

function entering(actor: Actor, t: number, dt: number): Driver[] {
  if (actor.kind !== "driver") return [];
  return [actor, ...(actor.others ?? [])]
    .filter(({ from }) => from <= t && from > t - dt)
    .map(({ driver }) => driver);
}

/** Whether a driver came too near to somebody on the crosswalk, or so near that one may argue. */
function pressesAnyone(trail: readonly TrailPoint[], walkers: readonly Walker[]): boolean {
  return walkers.some((walker) => pressedSince(trail, walker.trail) !== undefined);
}

/** The label of a violation that came to pass, none for a lawful act; undefined when it went otherwise than meant. */
function judgeActor(
  { intention }: Booking,
  id: number,
  actor: Actor,
  setting: Setting,
  walkers: readonly Walker[],
): Label[] | undefined {
  const trail = actor.kind === "driver" ? actor.driver.trail : actor.walker.trail;
  const entries = actor.kind === "driver" ? (actor.others ?? []) : [];
  const company = actor.kind === "driver" ? (actor.walkers ?? []) : [];
  const others = [...entries.map(({ driver }) => driver.trail), ...company.map((walker) => walker.trail)];
  if (trail.length === 0) return undefined;
  const aboutSignals = SIGNAL_RULES.has(intention.breaks ?? intention.near ?? "turn");
  if (actor.kind === "driver" && !aboutSignals && ranRed(actor.driver, setting)) return undefined;
  // Who fails to give way means to; nobody else drives at people.
  if (actor.kind === "driver" && intention.breaks !== "yield" && pressesAnyone(trail, walkers))
    return undefined;
  if (intention.breaks === undefined) return (intention.kept?.(trail, setting) ?? true) ? [] : undefined;
  const verdict = intention.verdict?.(trail, setting, others);
  if (verdict === undefined || verdict.t_ms[1] > (DURATION_S - 1.5) * 1000) return undefined;
  const plate = actor.kind === "driver" ? actor.driver.vehicle.plate : undefined;
  return [
    {
      rule: intention.breaks,
      ...(intention.ofNobody === true ? {} : { id }),
      ...verdict,
      ...(plate === undefined || intention.ofNobody === true ? {} : { plate }),
      name: intention.name,
    },
  ];
}

/** Whether it came over the line on red, heavy vehicles' rears apart that follow in the first second. */
function ranRed({ vehicle, trail, against }: Driver, { signals }: Setting): boolean {
  const grace = vehicle.kind === "bus" || vehicle.kind === "truck" ? 1 : 0;
  const inLanes = (p: TrailPoint): boolean => p.y >= STOP_Y && p.x > -1 && p.x < BIKE_LANE.to + 0.3;
  const crossed = against || (trail[0]?.y ?? 0) > STOP_Y ? undefined : trail.find(inLanes);
  return crossed !== undefined && signals.north(crossed.t) === "red" && signals.northSince(crossed.t) > grace;
}

/** Ordinary drivers never come over the line on red, nor stand where it could be taken for an offence. */
function stayedLawful(driver: Driver, setting: Setting): boolean {
  if (ranRed(driver, setting)) return false;
  let stood = 0;
  for (const p of driver.trail) {
    stood = p.y > STOP_Y && p.speed < 0.3 ? stood + FRAME_S : 0;
    if (stood > 1) return false;
  }
  return true;
}

/** People along the footway, and over the crosswalk while the approach has red. */
function ordinaryWalkers({ signals }: Setting, random: Random, nextId: () => number): Walker[] {
  const walkers: Walker[] = [];
  for (let index = random.integer(2, 5); index > 0; index--) {
    const x = random.between(FOOTWAY.from + 0.6, FOOTWAY.to - 0.4);
    const path = random.chance(0.5)
      ? [
          { x, y: -48 },
          { x, y: -12 },
        ]
      : [
          { x, y: -12 },
          { x, y: -48 },
        ];
    walkers.push({
      id: nextId(),
      path,
      speed: random.between(1, 1.6),
      from: random.between(-10, 50),
      trail: [],
    });
  }
  const [west, east] = [-13, BIKE_LANE.to + 3];
  for (
    let red = signals.nextNorth("red", 0);
    red < DURATION_S - 10;
    red = signals.nextNorth("red", red + 5)
  ) {
    for (let index = random.integer(0, 3); index > 0; index--) {
      const y = random.between(-14.8, -13.2);
      const eastward = random.chance(0.5);
      const speed = random.between(1.4, 1.8);
      // Traffic of the other direction clears its side a few seconds after red, and nobody walks into the green.
      const from = red + (eastward ? random.between(3.5, 5) : random.between(0.5, 3));
      if (from + (east - west) / speed > red + signals.redS) continue;
      const [start, end] = eastward ? [west, east] : [east, west];
      walkers.push({
        id: nextId(),
        path: [
          { x: start, y },
          { x: end, y },
        ],
        speed,
        from,
        trail: [],
      });
    }
  }
  return walkers;
}

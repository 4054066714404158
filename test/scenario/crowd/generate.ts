// Plays a scene of a crowd and writes down who truly was where, and what became true.
import type { RuleConfig, RuleKind } from "../../../config/rule.ts";
import type { Moment, Place } from "../body.ts";
import type { Label } from "../label.ts";
import { createRandom, type Random } from "../random.ts";
import type { Scenario, TrueSample } from "../scenario.ts";
import { createPedestrian, type Pedestrian, pedestrianBody, walk } from "./pedestrian.ts";
import { type Arrival, CROWD_SCRIPTS, outside, SCENE_S, type Script } from "./script.ts";
import { type Area, areaM2, CORRIDOR, holds, PLAZA, squareConfig, squareMast } from "./square.ts";
import { type Census, nearlyChanges } from "./truth.ts";

const STEP_S = 0.1;
const FRAMES_PER_STEP = 2;
const SECOND = Math.round(1 / STEP_S);
/** An alert may say so from a second before it was true to this long after. */
const LATEST_S = 5;
const MOST_ATTEMPTS = 60;
/** Share by which the speed of standing is moved to see whether a truth hangs on it. */
const GIVE = 0.3;

export const CROWD_RULES: readonly RuleKind[] = CROWD_SCRIPTS.map(([, rule]) => rule);

/** One incident (or what only looks like one) of a rule, about two minutes at five frames a second. */
export function generateCrowd(seed: string, rules: readonly RuleKind[]): Scenario {
  const choices = CROWD_SCRIPTS.filter(([, rule]) => rules.includes(rule));
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const random = createRandom(`${seed}/${attempt}`);
    const [first, ...others] = choices;
    if (first === undefined) return generateOrdinary(seed, rules, SCENE_S);
    const [make] = random.pick([first, ...others]);
    const script = make(random.fork("script"), random.chance(0.7));
    const played = play(script, script.arrivals, SCENE_S, random);
    const truly = script.truth(played.censuses, { limit: 0, hold: 0 });
    const asMeant = script.meant ? truly !== undefined && truly < SCENE_S - 8 : truly === undefined;
    if (!asMeant || hangsOnAHair(script, played.censuses)) continue;
    const label: Label[] =
      truly === undefined
        ? []
        : [
            {
              rule: script.rule,
              zone: script.area.name,
              t_ms: [Math.round(truly * 1000) - 1000, Math.round((truly + LATEST_S) * 1000)],
              true_ms: Math.round(truly * 1000),
              name: script.name,
            },
          ];
    return scenarioOf(
      `${seed}/${attempt}`,
      script.area,
      [script.config],
      script.capacity,
      played,
      label,
      random,
    );
  }
  throw new Error(`no crowd scene of seed ${seed} came off as meant`);
}

/** Whether a little more or less of it would move the moment by more than an alert may be early, or make one. */
function hangsOnAHair(script: Script, censuses: readonly Census[]): boolean {
  if (!script.meant) return script.truth(censuses, { limit: GIVE, hold: GIVE }) !== undefined;
  const strict = script.truth(censuses, { limit: -GIVE, hold: 0 });
  const loose = script.truth(censuses, { limit: GIVE, hold: 0 });
  return strict === undefined || loose === undefined || strict - loose > 1;
}

/**
 * Ordinary people for a while, every rule watching: whatever is raised is false. By chance alone ten passers may come
 * or go within eight seconds, which is a surge or a dispersal by definition and none in meaning: such a while is drawn anew.
 */
export function generateOrdinary(seed: string, rules: readonly RuleKind[], seconds: number): Scenario {
  for (let attempt = 0; ; attempt++) {
    const random = createRandom(`${seed}/ordinary/${attempt}`);
    // Busier squares are drawn first; a quiet one comes off in the end.
    const perS = random.between(0.2, 0.9) * 0.93 ** attempt;
    const played = play({ area: PLAZA, passersPerS: perS }, [], seconds, random);
    if (!nearlyChanges(played.censuses, 8, 10)) return ordinaryOf(seed, rules, played, random);
  }
}

function ordinaryOf(seed: string, rules: readonly RuleKind[], played: Played, random: Random): Scenario {
  const configs: RuleConfig[] = [
    { rule: "crowd-over", zone: PLAZA.name },
    { rule: "crowd-density", zone: PLAZA.name, level: "C", hold_s: 10 },
    { rule: "crowd-surge", zone: PLAZA.name },
    { rule: "crowd-dispersal", zone: PLAZA.name },
    { rule: "flow-blocked", zone: PLAZA.name },
    { rule: "gathering", zone: PLAZA.name },
    { rule: "loitering", zone: PLAZA.name, max_s: 180 },
  ];
  const known = configs.filter(({ rule }) => rules.includes(rule));
  return scenarioOf(`${seed}/ordinary`, PLAZA, known, 60, played, [], random);
}

interface Played {
  readonly moments: readonly Moment[];
  readonly censuses: readonly Census[];
}

function play(
  { area, passersPerS, oneWay }: Pick<Script, "area" | "passersPerS" | "oneWay">,
  arrivals: readonly Arrival[],
  seconds: number,
  random: Random,
): Played {
  const passers = random.fork("passers");
  const frames = random.fork("frames");
  let people: Pedestrian[] = [];
  let id = 0;
  const moments: Moment[] = [];
  const censuses: Census[] = [];
  /** Where everybody was, the last second. */
  const places: Map<number, Place>[] = [];
  const waiting = [...arrivals].sort((a, b) => a.at - b.at);
  const warmUpS = 25;
  for (let step = Math.round(-warmUpS / STEP_S); step * STEP_S < seconds; step++) {
    const t = step * STEP_S;
    for (let next = waiting[0]; next !== undefined && next.at <= t; next = waiting[0]) {
      waiting.shift();
      people.push(createPedestrian(++id, next.from, next.plan));
    }
    if (passers.chance(passersPerS * STEP_S)) {
      const { from, to } = oneWay === true ? alongCorridor(passers) : across(area, passers);
      people.push(createPedestrian(++id, from, [{ to, speed: passers.between(0.9, 1.5) }]));
    }
    people = walk(people, t, STEP_S);
    if (t < 0) continue;
    places.push(new Map(people.map(({ id: who, x, y }) => [who, { x, y }])));
    const earlier = places.length > SECOND ? places.shift() : undefined;
    censuses.push({
      t,
      people: people
        .filter((person) => holds(area, person))
        .map(({ id: who, x, y, vx, vy }) => {
          const then = earlier?.get(who);
          const speed = then === undefined ? Math.hypot(vx, vy) : Math.hypot(x - then.x, y - then.y);
          return { id: who, x, y, vy, speed };
        }),
    });
    if (step % FRAMES_PER_STEP !== 0) continue;
    moments.push({ tMs: Math.round(t * 1000) + frames.integer(0, 20), bodies: people.map(pedestrianBody) });
  }
  return { moments, censuses };
}

function alongCorridor(random: Random) {
  const x = random.between(CORRIDOR.x[0] + 0.4, CORRIDOR.x[1] - 0.4);
  return { from: { x, y: CORRIDOR.y[0] - 1.5 }, to: { x, y: CORRIDOR.y[1] + 2.5 } };
}

function across(area: Area, random: Random) {
  const from = outside(area, random);
  let to = outside(area, random);
  // Somebody who leaves where they came is not passing.
  while (Math.hypot(to.x - from.x, to.y - from.y) < 5) to = outside(area, random);
  return { from, to };
}

function scenarioOf(
  seed: string,
  area: Area,
  rules: readonly RuleConfig[],
  capacity: number,
  { moments, censuses }: Played,
  labels: readonly Label[],
  random: Random,
): Scenario {
  const mast = squareMast(random.fork("mast"));
  const samples: TrueSample[] = censuses
    .filter((_, index) => index % SECOND === 0)
    .map(({ t, people }) => ({
      zone: area.name,
      t_ms: Math.round(t * 1000),
      persons: people.length,
      density: people.length / areaM2(area),
    }));
  return {
    name: `crowd-${seed.replaceAll("/", "-")}`,
    seed,
    mast,
    camera: squareConfig(mast, area, rules, capacity),
    moments,
    labels,
    samples,
    nearMisses: [],
  };
}

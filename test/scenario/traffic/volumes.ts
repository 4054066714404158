// What truly passed and stood in a generated scene: crossings of the counted line, a lane's volume, speed and queue.
import type { ClassName } from "../../../contract/common.ts";
import type { Body, Moment, Place } from "../body.ts";
import { located, type Mast } from "../mast.ts";
import { COUNTED_LANE, GATE, inside, STOP_Y } from "./junction.ts";

/** The line-count of one class and direction over the scene. */
export interface TrueCount {
  readonly line: string;
  readonly class: ClassName;
  readonly direction: "forward" | "backward";
  readonly total: number;
}

export interface TrueVolumes {
  readonly counts: readonly TrueCount[];
  readonly flow: {
    readonly lane: string;
    /** Vehicles that passed the lane's middle, either way, and their mean speed there; km/h, absent where none did. */
    readonly vehicles: number;
    readonly speed_kmh?: number;
  };
  /** The longest queue that stood or crept in the lane: vehicles, and metres from the last rear to the first front. */
  readonly queue: { readonly lane: string; readonly vehicles: number; readonly metres: number };
}

/** Clear of the line on both sides by this, as FORMATS §7 has it. */
const CLEAR_M = 1;
/** Slower is in the queue, and a greater gap ends it (5 km/h and about two lengths of a car). */
const CREEPING_MS = 1.4;
const GAP_M = 12;

interface Seen extends Place {
  readonly body: Body;
  /** m/s along the approach. */
  readonly speed: number;
}

export interface VolumeMeter {
  /** Takes the next moment of the scene. */
  add(moment: Moment): void;
  volumes(): TrueVolumes;
}

export function createVolumeMeter(mast: Mast, nearY: number): VolumeMeter {
  const counts = new Map<string, number>();
  const sides = new Map<number, number>();
  const halves = new Map<number, number>();
  const speeds: number[] = [];
  const middleY = (nearY + STOP_Y) / 2;
  let before = new Map<number, Body>();
  let beforeMs = 0;
  let queue = { vehicles: 0, metres: 0 };

  function count({ body, x, y }: Seen): void {
    const beyond = y - GATE.y;
    if (Math.abs(beyond) < CLEAR_M) return;
    const side = Math.sign(beyond);
    const known = sides.get(body.id);
    sides.set(body.id, side);
    if (known === undefined || known === side || x < GATE.from || x > GATE.to) return;
    const key = `${body.class}/${side > 0 ? "forward" : "backward"}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }

  function pass({ body, x, y, speed }: Seen): void {
    const half = Math.sign(y - middleY);
    const passed = half !== 0 && (halves.get(body.id) ?? half) === -half;
    halves.set(body.id, half);
    if (passed && x >= COUNTED_LANE.from && x <= COUNTED_LANE.to) speeds.push(Math.abs(speed));
  }

  return {
    add({ tMs, bodies }) {
      const now = new Map<number, Body>();
      const inLane: Seen[] = [];
      for (const body of bodies) {
        if (body.base > 0) continue;
        now.set(body.id, body);
        const place = located(mast, body);
        const last = before.get(body.id);
        if (place === undefined || last === undefined) continue;
        const seen = { ...place, body, speed: ((body.y - last.y) * 1000) / (tMs - beforeMs) };
        count(seen);
        if (body.class === "person") continue;
        pass(seen);
        if (inside(seen, [COUNTED_LANE.from, COUNTED_LANE.to], [nearY, STOP_Y])) inLane.push(seen);
      }
      queue = longer(queue, queueIn(inLane));
      before = now;
      beforeMs = tMs;
    },
    volumes: () => ({
      counts: [...counts].map(([key, total]) => {
        const [name, direction] = key.split("/") as [ClassName, TrueCount["direction"]];
        return { line: GATE.name, class: name, direction, total };
      }),
      flow: {
        lane: COUNTED_LANE.name,
        vehicles: speeds.length,
        ...(speeds.length === 0
          ? {}
          : { speed_kmh: (3.6 * speeds.reduce((sum, speed) => sum + speed, 0)) / speeds.length }),
      },
      queue: { lane: COUNTED_LANE.name, ...queue },
    }),
  };
}

interface Chain {
  readonly vehicles: number;
  readonly metres: number;
}

function longer(a: Chain, b: Chain): Chain {
  return { vehicles: Math.max(a.vehicles, b.vehicles), metres: Math.max(a.metres, b.metres) };
}

/** The chain of slow vehicles, from the stop line back, with the most vehicles; two at least. */
function queueIn(vehicles: readonly Seen[]): Chain {
  const slow = vehicles.filter(({ speed }) => Math.abs(speed) < CREEPING_MS).sort((a, b) => b.y - a.y);
  const chains: Seen[][] = [];
  for (const vehicle of slow) {
    const chain = chains.at(-1);
    const ahead = chain?.at(-1);
    if (chain === undefined || ahead === undefined || ahead.y - vehicle.y > GAP_M) chains.push([vehicle]);
    else chain.push(vehicle);
  }
  return chains
    .filter((chain) => chain.length > 1)
    .map((chain) => ({
      vehicles: chain.length,
      metres: (chain[0] as Seen).y + (chain[0] as Seen).body.length - (chain.at(-1) as Seen).y,
    }))
    .reduce(longer, { vehicles: 0, metres: 0 });
}

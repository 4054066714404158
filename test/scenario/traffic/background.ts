// Ordinary traffic: platoons of motorbikes abreast, some cars, on all four arms, all of it lawful.
import type { Random } from "../random.ts";
import type { Driver } from "./driver.ts";
import { ENTRY_S } from "./intentions/cast.ts";
import { lawful } from "./mind.ts";
import type { Arm, Route } from "./route.ts";
import type { Signals } from "./signals.ts";
import { createVehicle, type VehicleKind } from "./vehicle.ts";

/** Motorbikes keep to these metres of the watched approach; the rest is for intentions and cars. */
const SWARM = { from: 5.4, to: 8.85 } as const;
const CROSS_ARM_ENTRY_S = -62;

export interface Reservations {
  /** Whether a vehicle of ordinary traffic that enters at t may use a strip until it is over the line. */
  free(strip: "car" | "mixed" | "two-wheelers", t: number): boolean;
}

export interface Background {
  /** Vehicles that enter at time t, given who is on the road. */
  arrivals(t: number, dt: number, drivers: readonly Driver[]): Driver[];
}

export function createBackground(
  signals: Signals,
  reservations: Reservations,
  random: Random,
  nextId: () => number,
  flow: number,
): Background {
  const waiting: { arm: Arm; kind: VehicleKind; notBefore: number }[] = [];

  function demand(t: number, dt: number): void {
    if (random.chance(0.16 * flow * dt)) {
      for (let bike = random.integer(3, 9); bike > 0; bike--) {
        waiting.push({ arm: "north", kind: "motorcycle", notBefore: t + random.between(0, 3) });
      }
    }
    for (const arm of ["south", "east", "west"] as const) {
      if (random.chance(0.2 * flow * dt)) {
        const kind = random.chance(0.9)
          ? "motorcycle"
          : random.pick<VehicleKind>(["car", "car", "bus", "bicycle"]);
        waiting.push({ arm, kind, notBefore: t });
      }
    }
    if (random.chance(0.12 * flow * dt)) {
      const kind = random.pick<VehicleKind>(["car", "car", "car", "truck", "bus", "bicycle"]);
      waiting.push({ arm: "north", kind, notBefore: t });
    }
  }

  function place(arm: Arm, kind: VehicleKind, t: number): { lateral: number; route: Route } | undefined {
    const straight: Route = { kind: "straight" };
    const isHeavy = kind === "truck" || kind === "bus" || kind === "car";
    if (arm !== "north")
      return { lateral: isHeavy ? random.pick([1.9, 5]) : random.between(0.9, 6.6), route: straight };
    if (isHeavy) {
      if (reservations.free("car", t)) return { lateral: 1.75, route: straight };
      const second = kind === "car" && reservations.free("mixed", t);
      return second ? { lateral: 5.95, route: straight } : undefined;
    }
    const strips = [
      { from: SWARM.from, to: 6.95, open: reservations.free("mixed", t) },
      { from: 7.15, to: SWARM.to, open: reservations.free("two-wheelers", t) },
    ].filter((strip) => strip.open);
    const [first, ...others] = strips;
    if (first === undefined) return undefined;
    const strip = random.pick([first, ...others]);
    const lateral = random.between(strip.from, strip.to);
    const turns = lateral > 8 && random.chance(0.3);
    return {
      lateral,
      route: turns ? { kind: "right", turnAt: random.between(-9.2, -8.6), radius: 4.5 } : straight,
    };
  }

  function enter(arm: Arm, kind: VehicleKind, t: number, drivers: readonly Driver[]): Driver | undefined {
    const spot = place(arm, kind, t);
    if (spot === undefined) return undefined;
    const vehicle = createVehicle(nextId(), kind, random);
    const s = arm === "north" ? ENTRY_S : CROSS_ARM_ENTRY_S;
    const tight = drivers.some(
      (other) =>
        other.arm === arm &&
        other.s - s < vehicle.length / 2 + other.vehicle.length / 2 + 5 &&
        Math.abs(other.lateral - spot.lateral) < (other.vehicle.width + vehicle.width) / 2 + 0.15,
    );
    if (tight) return undefined;
    const light = arm === "north" || arm === "south" ? signals.north : signals.east;
    return {
      vehicle,
      arm,
      route: spot.route,
      mind: lawful(light, vehicle.speed, random.between(0.4, 1.6)),
      against: false,
      s,
      lateral: spot.lateral,
      speed: vehicle.speed * 0.9,
      committed: false,
      trail: [],
    };
  }

  return {
    arrivals(t, dt, drivers) {
      demand(t, dt);
      const entered: Driver[] = [];
      for (let index = waiting.length - 1; index >= 0; index--) {
        const next = waiting[index];
        if (next === undefined || next.notBefore > t) continue;
        if (t - next.notBefore > 6) waiting.splice(index, 1);
        const driver = enter(next.arm, next.kind, t, [...drivers, ...entered]);
        if (driver === undefined) continue;
        entered.push(driver);
        if (t - next.notBefore <= 6) waiting.splice(index, 1);
      }
      return entered;
    },
  };
}

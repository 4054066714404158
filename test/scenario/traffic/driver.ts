// A driver: where it is on its route, what it has in mind, and how it follows whoever is ahead.
import type { Body, Place } from "../body.ts";
import { type Arm, poseAlong, type Route } from "./route.ts";
import { bodiesOf, type Vehicle } from "./vehicle.ts";

/** What a mind wants for the next moment. */
export interface Wish {
  /** Speed it would like to have, m/s. */
  readonly speed: number;
  /** Place along the route (of its front) where it means to stand. */
  readonly stopAt?: number;
  /** Lateral place it means to reach, and how fast sideways, m/s. */
  readonly lateral?: number;
  readonly lateralRate?: number;
  /** A speed held exactly, whoever is ahead; negative is backwards. */
  readonly exactly?: number;
}

/** Decides from the driver's own state and the time (seconds of the scene). */
export type Mind = (self: Driver, t: number) => Wish;

export interface Driver {
  readonly vehicle: Vehicle;
  readonly arm: Arm;
  readonly route: Route;
  readonly mind: Mind;
  /** Against the direction of its approach: faces the other way. */
  readonly against: boolean;
  /** Metres along the route, of the vehicle's middle. */
  s: number;
  lateral: number;
  /** m/s along the route; negative is backwards. */
  speed: number;
  /** Decided on yellow to go on. */
  committed: boolean;
  readonly trail: TrailPoint[];
}

/** Where a driver was located (by the formats' convention) at a frame. */
export interface TrailPoint extends Place {
  readonly t: number;
  readonly speed: number;
}

export function front(driver: Driver): number {
  return driver.s + driver.vehicle.length / 2;
}

/** The driver's vehicle (first) and the people on it. */
export function driverBodies(driver: Driver): Body[] {
  const pose = poseAlong(driver.arm, driver.route, driver.s, driver.lateral);
  return bodiesOf(driver.vehicle, pose.x, pose.y, driver.against ? pose.heading + Math.PI : pose.heading);
}

const ACCELERATION = 2;
const COMFORTABLE_BRAKING = 3;
const HARDEST_BRAKING = 7;
const HEADWAY_S = 0.8;
const GAP_M = 0.8;
/** Where routes of one approach have parted. */
const PARTED_S = -9;

/** Moves every driver by `dt` seconds: the intelligent driver model (Treiber et al. 2000), lateral places kept. */
export function drive(drivers: readonly Driver[], t: number, dt: number): void {
  const moves = drivers.map((self) => {
    const wish = self.mind(self, t);
    return { self, wish, acceleration: accelerationOf(self, wish, drivers) };
  });
  for (const { self, wish, acceleration } of moves) {
    const before = self.speed;
    self.speed = wish.exactly ?? Math.max(0, before + acceleration * dt);
    self.s += ((before + self.speed) / 2) * dt;
    if (wish.lateral !== undefined) {
      const step = (wish.lateralRate ?? 1) * dt;
      self.lateral += Math.min(step, Math.max(-step, wish.lateral - self.lateral));
    }
  }
}

function accelerationOf(self: Driver, wish: Wish, drivers: readonly Driver[]): number {
  if (wish.exactly !== undefined) return 0;
  const speed = Math.max(0.1, wish.speed);
  const free = ACCELERATION * (1 - (self.speed / speed) ** 4);
  let acceleration = Math.max(-COMFORTABLE_BRAKING, free);
  const leader = leaderOf(self, drivers);
  if (leader !== undefined) {
    const gap = leader.s - leader.vehicle.length / 2 - front(self);
    acceleration = Math.min(
      acceleration,
      following(self.speed, speed, gap, self.speed - leader.speed, GAP_M),
    );
  }
  if (wish.stopAt !== undefined && wish.stopAt >= front(self) - 0.5) {
    const gap = wish.stopAt - front(self);
    acceleration = Math.min(acceleration, following(self.speed, speed, gap + 0.25, self.speed, 0.2));
  }
  return Math.max(-HARDEST_BRAKING, acceleration);
}

function following(speed: number, wanted: number, gap: number, closing: number, least: number): number {
  const braking = (speed * closing) / (2 * Math.sqrt(ACCELERATION * COMFORTABLE_BRAKING));
  const desired = least + Math.max(0, speed * HEADWAY_S * 0.6 + braking);
  return ACCELERATION * (1 - (speed / wanted) ** 4 - (desired / Math.max(0.05, gap)) ** 2);
}

function leaderOf(self: Driver, drivers: readonly Driver[]): Driver | undefined {
  let nearest: Driver | undefined;
  for (const other of drivers) {
    if (other === self || other.arm !== self.arm || other.against || other.s <= self.s) continue;
    if (other.s > PARTED_S && other.route.kind !== self.route.kind) continue;
    const apart = Math.abs(other.lateral - self.lateral);
    if (apart > (other.vehicle.width + self.vehicle.width) / 2 + 0.1) continue;
    if (nearest === undefined || other.s < nearest.s) nearest = other;
  }
  return nearest;
}

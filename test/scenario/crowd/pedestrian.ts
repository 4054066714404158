// Pedestrians that want to get somewhere and keep their distance: the social force model (Helbing and Molnár 1995).
import type { Body, Place } from "../body.ts";

/** One leg of a plan: walk to a place, then stand there until a time (seconds of the scene). */
export interface Leg {
  readonly to: Place;
  readonly speed: number;
  readonly standUntil?: number;
}

export interface Pedestrian {
  readonly id: number;
  readonly plan: Leg[];
  x: number;
  y: number;
  vx: number;
  vy: number;
}

const RELAX_S = 0.5;
const RADIUS_M = 0.22;
const PUSH = 3.5;
const REACH_M = 0.25;
const NEAR_M = 1.6;
const ARRIVED_M = 0.5;

export function createPedestrian(id: number, at: Place, plan: readonly Leg[]): Pedestrian {
  return { id, plan: [...plan], x: at.x, y: at.y, vx: 0, vy: 0 };
}

/** Moves everyone by `dt` seconds; whose plan is at its end has left. */
export function walk(people: Pedestrian[], t: number, dt: number): Pedestrian[] {
  const forces = people.map((self) => force(self, people, t));
  people.forEach((self, index) => {
    const { fx, fy, limit } = forces[index] ?? { fx: 0, fy: 0, limit: 0 };
    self.vx += fx * dt;
    self.vy += fy * dt;
    const speed = Math.hypot(self.vx, self.vy);
    if (speed > limit) {
      self.vx *= limit / speed;
      self.vy *= limit / speed;
    }
    self.x += self.vx * dt;
    self.y += self.vy * dt;
  });
  return people.filter(({ plan }) => plan.length > 0);
}

function force(self: Pedestrian, people: readonly Pedestrian[], t: number) {
  const leg = self.plan[0];
  if (leg === undefined) return { fx: 0, fy: 0, limit: 0 };
  const dx = leg.to.x - self.x;
  const dy = leg.to.y - self.y;
  const left = Math.hypot(dx, dy);
  const arrived = left < ARRIVED_M;
  if (arrived && (leg.standUntil === undefined || t >= leg.standUntil)) self.plan.shift();
  const wanted = arrived ? 0 : leg.speed;
  let fx = ((left === 0 ? 0 : (wanted * dx) / left) - self.vx) / RELAX_S;
  let fy = ((left === 0 ? 0 : (wanted * dy) / left) - self.vy) / RELAX_S;
  for (const other of people) {
    const ax = self.x - other.x;
    const ay = self.y - other.y;
    if (other === self || Math.abs(ax) > NEAR_M || Math.abs(ay) > NEAR_M) continue;
    const apart = Math.max(0.05, Math.hypot(ax, ay));
    const push = PUSH * Math.exp((2 * RADIUS_M - apart) / REACH_M);
    // A little to the right, as people pass each other.
    fx += (push * (ax + 0.2 * ay)) / apart;
    fy += (push * (ay - 0.2 * ax)) / apart;
  }
  return { fx, fy, limit: arrived ? 0.12 : leg.speed * 1.3 };
}

export function pedestrianBody({ id, x, y, vx, vy }: Pedestrian): Body {
  return {
    id,
    class: "person",
    x,
    y,
    heading: Math.hypot(vx, vy) < 0.1 ? -Math.PI / 2 : Math.atan2(vy, vx),
    length: 0.35,
    width: 0.5,
    height: 1.55 + ((id * 7) % 20) / 100,
    base: 0,
    group: id,
    plate: undefined,
  };
}

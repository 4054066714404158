// Minds of ordinary drivers: they stop at red, decide on yellow, and keep their lateral place.
import { STOP_Y } from "./junction.ts";
import { type Driver, front, type Mind } from "./driver.ts";
import type { Light } from "./signals.ts";

/** Braking harder than this on yellow is not asked of anyone, m/s². */
const YELLOW_BRAKING = 3;

/** Stops before the line, `gapM` short of it, when its light says so. */
export function lawful(light: (t: number) => Light, speed: number, gapM: number): Mind {
  return (self, t) => {
    const stopAt = STOP_Y - gapM;
    if (mayPass(self, light(t), stopAt)) return { speed };
    return { speed, stopAt };
  };
}

function mayPass(self: Driver, light: Light, stopAt: number): boolean {
  const left = stopAt - front(self);
  if (left < -0.6 || self.committed) return true;
  if (light === "green") return true;
  if (light === "yellow" && self.speed ** 2 / (2 * Math.max(0.1, left)) > YELLOW_BRAKING) {
    self.committed = true;
    return true;
  }
  return false;
}

/** Drives on whatever the light says. */
export function heedless(speed: number): Mind {
  return () => ({ speed });
}

/** Stands at `stopAt` (front) for `standS` seconds, then drives as `after` does. */
export function pausing(stopAt: number, standS: number, speed: number, after: Mind): Mind {
  let since: number | undefined;
  return (self, t) => {
    if (since !== undefined && t - since >= standS) return after(self, t);
    if (since === undefined && self.speed < 0.1 && Math.abs(front(self) - stopAt) < 1) since = t;
    return { speed, stopAt };
  };
}

/** Drives to `stopAt` (front) and stands there until `until`, then drives as `after` does. */
export function holding(stopAt: number, until: number, speed: number, after: Mind): Mind {
  return (self, t) => (t >= until ? after(self, t) : { speed, stopAt });
}

// Key moments relative to the green light, for intentions that need traffic to flow.
import type { Setting } from "../intention.ts";

/** `least`–`most` seconds after a green begins. */
export function inGreen(least: number, most: number) {
  return ({ signals, random }: Setting, from: number): number =>
    signals.nextNorth("green", from - least) + random.between(least, most);
}

/** At any time. */
export function anyTime({ random }: Setting, from: number): number {
  return from + random.between(0, 10);
}

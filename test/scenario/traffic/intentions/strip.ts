// How long somebody truly was inside a strip of the approach.
import { type Setting, windowMs } from "../intention.ts";
import { inside, type Junction } from "../junction.ts";
import type { TrailPoint } from "../driver.ts";

export type Strip = { readonly from: number; readonly to: number };

export function points(trail: readonly TrailPoint[], strip: Strip, junction: Junction, toY: number) {
  return trail.filter((p) => inside(p, [strip.from, strip.to], [junction.nearY, toY]));
}

/** Inside a strip for a time: true once `leastS` are full. */
export function insideFor(strip: Strip, leastS: number, toY: number) {
  return (trail: readonly TrailPoint[], { junction }: Setting) => {
    const within = points(trail, strip, junction, toY);
    const [first, last] = [within[0], within.at(-1)];
    if (first === undefined || last === undefined || last.t - first.t < leastS + 0.5) return undefined;
    const truly = first.t + leastS;
    return { t_ms: windowMs(truly - 0.4, last.t + 0.6), true_ms: Math.round(truly * 1000) };
  };
}

/** Seconds inside a strip are at least one and at most the other. */
export function briefly(strip: Strip, toY: number, leastS: number, mostS: number) {
  return (trail: readonly TrailPoint[], { junction }: Setting) => {
    const within = points(trail, strip, junction, toY);
    const seconds = within.length < 2 ? 0 : (within.at(-1)?.t ?? 0) - (within[0]?.t ?? 0);
    return seconds >= leastS && seconds <= mostS;
  };
}

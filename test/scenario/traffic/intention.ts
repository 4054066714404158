// What one generated road user means to do: a violation, or something lawful that comes close to one.
import type { RuleKind } from "../../../config/rule.ts";
import type { Label } from "../label.ts";
import type { Random } from "../random.ts";
import type { Driver, TrailPoint } from "./driver.ts";
import type { Junction } from "./junction.ts";
import type { Signals } from "./signals.ts";
import type { Walker } from "./walker.ts";

/** Strips of the approach that an intention has to itself while it lasts; ordinary traffic keeps out of them. */
export type Corridor = "car" | "bike" | "mixed" | "two-wheelers" | "kerb" | "shoulder" | "footway" | "feet";

export interface Setting {
  readonly junction: Junction;
  readonly signals: Signals;
  readonly random: Random;
}

/** What an intention needs to put its road user on the road: `at` is its key moment in seconds. */
export interface Cast extends Setting {
  readonly at: number;
  readonly id: number;
  /** An identity for somebody who takes part. */
  readonly nextId: () => number;
}

/** Somebody who drives in at `from`, seconds. */
export interface Entry {
  readonly from: number;
  readonly driver: Driver;
}

/** Whoever acts it out, and who takes part. */
export type Actor =
  | ({
      readonly kind: "driver";
      readonly others?: readonly Entry[];
      readonly walkers?: readonly Walker[];
    } & Entry)
  | { readonly kind: "walker"; readonly walker: Walker };

export type Verdict = Pick<Label, "t_ms" | "true_ms" | "expect" | "zone">;

export interface Intention {
  readonly name: string;
  /** The rule it breaks; absent when it is lawful. */
  readonly breaks?: RuleKind;
  /** The rule it comes close to, when it is lawful. */
  readonly near?: RuleKind;
  readonly corridors: readonly Corridor[];
  /** Seconds before and after the key moment in which its corridors are its own. */
  readonly beforeS: number;
  readonly afterS: number;
  readonly fits?: (junction: Junction) => boolean;
  /** A key moment at or after `from`. */
  readonly moment: (setting: Setting, from: number) => number;
  readonly cast: (cast: Cast) => Actor;
  /** For a violation: when it truly was one, from where it was; undefined when it did not come to it. */
  readonly verdict?: (
    trail: readonly TrailPoint[],
    setting: Setting,
    others: readonly (readonly TrailPoint[])[],
  ) => Verdict | undefined;
  /** What happens is nobody's own: the label names no road user. */
  readonly ofNobody?: true;
  /** Seconds after the key moment by which it must be over for the scene to hold it; else 22 at most. */
  readonly needsS?: number;
  /** For a lawful act: whether it truly kept clear of a violation. */
  readonly kept?: (trail: readonly TrailPoint[], setting: Setting) => boolean;
}

/** First point of a trail that satisfies a condition, at or after a time. */
export function when(
  trail: readonly TrailPoint[],
  holds: (point: TrailPoint) => boolean,
  from = -Infinity,
): TrailPoint | undefined {
  return trail.find((point) => point.t >= from && holds(point));
}

/** When it began to stand for good: first of at least a second of near-zero speed. */
export function standStart(trail: readonly TrailPoint[], from = -Infinity): number | undefined {
  let since: number | undefined;
  for (const point of trail) {
    if (point.t < from) continue;
    if (Math.abs(point.speed) > 0.15) since = undefined;
    else {
      since ??= point.t;
      if (point.t - since >= 1) return since;
    }
  }
  return undefined;
}

/** Seconds to a window of the label file. */
export function windowMs(from: number, to: number): readonly [number, number] {
  return [Math.round(from * 1000), Math.round(to * 1000)];
}

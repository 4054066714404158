// A vehicle that came over a stop line on red: what red-light and stop-line have in common.
import type { Withheld } from "../../../contract/traffic.ts";
import { lengthOf } from "../../geometry/box.ts";
import type { SceneLine } from "../../scene/scene.ts";
import { crossingBy } from "../line-side.ts";
import { isVehicle, type RoadUser, seenBox } from "../road-user.ts";
import type { RuleFrame, SignalReading } from "../rule.ts";
import { isStale } from "../signals.ts";

/** A crossing of the stop line that was not lawful, or that nobody can know to have been. */
export interface RedCrossing {
  readonly crossedMs: number;
  readonly crossedBox: readonly [number, number, number, number];
  /** Since when the signal was red; identifies the red phase. */
  readonly redSinceMs: number;
  readonly redForMs: number;
  /** Direction in which the line is crossed at a right angle, in the plane of places: turns are measured from it. */
  readonly heading: readonly [number, number];
  readonly withheld?: Withheld;
}

/**
 * The crossing made in this frame, or undefined. `leastRedMs` is how long red must have held for this vehicle. A
 * signal that was red but has gone stale gives a withheld crossing, and so does one that reports `unknown`.
 */
export function redCrossing(
  line: SceneLine,
  user: RoadUser,
  frame: RuleFrame,
  reading: SignalReading | undefined,
  leastRedMs: number,
): RedCrossing | undefined {
  if (reading === undefined || user.before === undefined || !isVehicle(user)) return undefined;
  const crossing = crossingBy(line, user, frame.tMs);
  if (crossing === undefined || crossing.direction !== "forward" || !crossing.within) return undefined;
  const withheld = withholdBy(reading, frame.tMs);
  if (reading.state !== "red" && withheld === undefined) return undefined;
  const redForMs = crossing.tMs - reading.sinceMs;
  if (reading.state === "red" && redForMs <= leastRedMs) return undefined;
  return {
    crossedMs: crossing.tMs,
    crossedBox: seenBox(user),
    redSinceMs: reading.sinceMs,
    redForMs,
    heading: across(line, user),
    ...(withheld === undefined ? {} : { withheld }),
  };
}

/** Unit vector over the line, forward. */
function across({ segment, forwardPicture, onGround }: SceneLine, { metric }: RoadUser): [number, number] {
  const ground = metric ? onGround : undefined;
  const { from, to } = ground?.segment ?? segment;
  const sign = ground?.forward ?? forwardPicture;
  const long = lengthOf(to.x - from.x, to.y - from.y);
  return [(-(to.y - from.y) / long) * sign, ((to.x - from.x) / long) * sign];
}

/** Whether the signal still shows the red of the crossing; stale or unknown: nobody knows, so it is withheld. */
export function sameRed(
  crossing: RedCrossing,
  reading: SignalReading | undefined,
  tMs: number,
): { readonly holds: boolean; readonly withheld?: Withheld } {
  if (crossing.withheld !== undefined) return { holds: true, withheld: crossing.withheld };
  const withheld = reading === undefined ? "signal-unknown" : withholdBy(reading, tMs);
  if (withheld !== undefined) return { holds: true, withheld };
  return { holds: reading?.state === "red" && reading.sinceMs === crossing.redSinceMs };
}

function withholdBy(reading: SignalReading, tMs: number): Withheld | undefined {
  if (reading.state === "unknown") return "signal-unknown";
  return reading.state === "red" && isStale(reading, tMs) ? "signal-stale" : undefined;
}

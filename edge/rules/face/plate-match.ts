// A listed plate was read on a vehicle, or one that differs from it in a single character: told once each.
import type { PlateCandidate } from "../../plate/hot-list.ts";
import type { Observation, RuleFrame } from "../rule.ts";

/** By track: what was told of it already, `entry match` or `entry possible`. Plain data. */
export type ToldPlates = Readonly<Record<string, readonly string[]>>;

export const NOTHING_TOLD: ToldPlates = {};

export interface PlateStep {
  readonly told: ToldPlates;
  readonly observations: readonly Observation[];
}

/**
 * A similar plate is offered as possible, never as a match. A match of the same vehicle and entry may follow it, where
 * further looks read the plate better; the other way round nothing follows.
 */
export function stepPlates(before: ToldPlates, frame: RuleFrame): PlateStep {
  const { plates = [], tracks } = frame;
  if (plates.length === 0 && before === NOTHING_TOLD) return { told: before, observations: [] };
  const told: Record<string, readonly string[]> = {};
  for (const { id } of tracks) {
    const known = before[id];
    if (known !== undefined) told[id] = known;
  }
  const observations: Observation[] = [];
  for (const candidate of plates) {
    const { trackId, entry, differs } = candidate;
    const known = told[trackId] ?? [];
    const kind = differs === undefined ? "match" : "possible";
    if (known.includes(`${entry.id} match`) || known.includes(`${entry.id} ${kind}`)) continue;
    told[trackId] = [...known, `${entry.id} ${kind}`];
    observations.push(observationOf(candidate, kind, frame.tMs));
  }
  return { told: Object.keys(told).length === 0 ? NOTHING_TOLD : told, observations };
}

function observationOf(
  { trackId, className, entry, listed, plate, differs }: PlateCandidate,
  match: "match" | "possible",
  tMs: number,
): Observation {
  return {
    type: "vn.ngatu.face.match.v1",
    subject: `plate-${trackId}-${entry.id}-${match}`,
    tMs,
    data: {
      rule: "watch-list",
      track: { id: trackId, class: className },
      entry,
      plate,
      match,
      ...(differs === undefined ? {} : { differs }),
      score: plate.confidence,
      frames: plate.looks,
      because: { begin_ms: tMs, read: plate.text, listed },
    },
  };
}

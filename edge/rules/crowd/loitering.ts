// People who stay in a zone longer than anybody ordinarily does.
import type { Point } from "../../geometry/box.ts";
import { peopleIn } from "./people.ts";
import { zoneAlert } from "./zone-alert.ts";

/** Somebody who lost their track, or stepped out, is the same person if seen again within this long … */
const LOST_MS = 6000;
/** … and this near, plus what may have been walked meanwhile. */
const NEAR_M = 1.2;
const WALK_MS = 1.3;

interface Presence {
  readonly id: number;
  readonly place: Point;
  readonly sinceMs: number;
  readonly lastMs: number;
}

export const loitering = zoneAlert<readonly Presence[], "loitering">({
  kind: "loitering",
  version: 1,
  needsGround: false,
  initial: [],
  holdS: () => 0,
  measure(memory, frame, zone, config) {
    const people = peopleIn(zone, frame);
    const present = new Set(people.map(({ track }) => track.id));
    const known = new Map(memory.map((presence) => [presence.id, presence]));
    const lost = memory.filter(({ id, lastMs }) => !present.has(id) && frame.tMs - lastMs <= LOST_MS);
    const kept = new Set(lost);
    const now = people.map(({ track: { id }, place }): Presence => {
      const before = known.get(id) ?? nearest(kept, place, frame.tMs);
      if (before !== undefined) kept.delete(before);
      return {
        id,
        place: { x: place.x, y: place.y },
        sinceMs: before?.sinceMs ?? frame.tMs,
        lastMs: frame.tMs,
      };
    });
    const maxMs = config.max_s * 1000;
    const staying = now.filter(({ sinceMs }) => frame.tMs - sinceMs >= maxMs);
    return {
      memory: [...now, ...kept],
      measured: {
        value: staying.length,
        limit: 1,
        inclusive: true,
        persons: staying.length,
        because: {
          staying: staying.length,
          in_zone: people.length,
          longest_s: Math.max(0, ...now.map(({ sinceMs }) => (frame.tMs - sinceMs) / 1000)),
          max_s: config.max_s,
          tracks: staying.map(({ id }) => id),
        },
      },
    };
  },
});

/** Whom a new track goes on from: the lost one that could best have come here. */
function nearest(lost: ReadonlySet<Presence>, place: Point, tMs: number): Presence | undefined {
  let best: Presence | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const presence of lost) {
    const metres = Math.hypot(presence.place.x - place.x, presence.place.y - place.y);
    if (metres > NEAR_M + (WALK_MS * (tMs - presence.lastMs)) / 1000 || metres >= least) continue;
    least = metres;
    best = presence;
  }
  return best;
}

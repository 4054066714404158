// People who stay in a zone longer than anybody ordinarily does.
import type { Point } from "../../geometry/box.ts";
import { peopleIn } from "./people.ts";
import { zoneAlert } from "./zone-alert.ts";

/** Somebody who lost their track, or stepped out, is the same person if seen again within this long … */
const LOST_MS = 6000;
/** … and this near to where they were going, and as much further for each second as a turn may take them. */
const NEAR_M = 1;
const TURN_MS = 0.4;

interface Presence {
  readonly id: number;
  readonly place: Point;
  /** Metres per second; nobody was seen to move before it is known. */
  readonly velocity: Point;
  readonly sinceMs: number;
  readonly lastMs: number;
}

const STANDING: Point = { x: 0, y: 0 };

export const loitering = zoneAlert<readonly Presence[], "loitering">({
  kind: "loitering",
  version: 2,
  needsGround: false,
  initial: [],
  holdS: () => 0,
  measure(memory, frame, zone, config) {
    const people = peopleIn(zone, frame);
    const present = new Set(people.map(({ track }) => track.id));
    const known = new Map(memory.map((presence) => [presence.id, presence]));
    const lost = memory.filter(({ id, lastMs }) => !present.has(id) && frame.tMs - lastMs <= LOST_MS);
    const kept = new Set(lost);
    const now = people.map(({ track: { id }, place, velocity, renewed }): Presence => {
      // A track that went over to somebody else tells nothing of how long that one has been here.
      const before = (renewed ? undefined : known.get(id)) ?? nearest(kept, place, frame.tMs);
      if (before !== undefined) kept.delete(before);
      return {
        id,
        place: { x: place.x, y: place.y },
        velocity: velocity === undefined ? STANDING : { x: velocity.x, y: velocity.y },
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

/** Whom a new track goes on from: the lost one that could best have come here. A passer who left has gone on. */
function nearest(lost: ReadonlySet<Presence>, place: Point, tMs: number): Presence | undefined {
  let best: Presence | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const presence of lost) {
    const seconds = (tMs - presence.lastMs) / 1000;
    const x = presence.place.x + presence.velocity.x * seconds;
    const y = presence.place.y + presence.velocity.y * seconds;
    const metres = Math.hypot(place.x - x, place.y - y);
    if (metres > NEAR_M + TURN_MS * seconds || metres >= least) continue;
    least = metres;
    best = presence;
  }
  return best;
}

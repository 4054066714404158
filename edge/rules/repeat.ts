// Keeps a vehicle from giving a second case as another track: one that began where the old one ended, or under its rider.
import { lengthOf } from "../geometry/box.ts";
import type { RoadUser } from "./road-user.ts";

/** A track that begins this soon after another ended may be the same vehicle … */
const REBORN_MS = 4000;
/** … if it begins this near to the other's last place, plus what it may have driven meanwhile. */
const NEAR_M = 3;
const DRIVEN_MS = 8;

interface Sight {
  x: number;
  y: number;
  tMs: number;
}

/** Remembers who gave a case of which rule. Not saved: tracks do not outlive a restart. */
export interface RepeatGuard {
  step(users: readonly RoadUser[], tMs: number): void;
  /** Whether this track is a vehicle that has already given its case; if not, it has now. `exclusive`: nor a second one of its own. */
  isRepeat(ruleKey: string, trackId: number, exclusive: boolean): boolean;
}

export function createRepeatGuard(): RepeatGuard {
  const births = new Map<number, Sight>();
  const lasts = new Map<number, Sight>();
  const raised = new Map<string, number[]>();
  /** The vehicles that each person was seen on: two tracks of one motorcycle may live side by side for a while. */
  const mounts = new Map<number, Set<number>>();

  const haveOneRider = (one: number, other: number): boolean => {
    for (const ridden of mounts.values()) if (ridden.has(one) && ridden.has(other)) return true;
    return false;
  };

  return {
    step(users, tMs) {
      for (const { track, place, ridesOn } of users) {
        if (ridesOn !== undefined) {
          const ridden = mounts.get(track.id);
          if (ridden === undefined) mounts.set(track.id, new Set([ridesOn]));
          else ridden.add(ridesOn);
        }
        if (!births.has(track.id)) births.set(track.id, { x: place.x, y: place.y, tMs: track.firstSeenMs });
        if (!track.observed) continue;
        const last = lasts.get(track.id);
        if (last === undefined) {
          lasts.set(track.id, { x: place.x, y: place.y, tMs });
        } else {
          last.x = place.x;
          last.y = place.y;
          last.tMs = tMs;
        }
      }
      if (lasts.size <= users.length) return;
      const before = lasts.size;
      lasts.forEach((last, id) => {
        if (tMs - last.tMs <= REBORN_MS) return;
        lasts.delete(id);
        births.delete(id);
        mounts.delete(id);
      });
      if (lasts.size === before) return;
      for (const [key, ids] of raised) {
        const left = ids.filter((id) => lasts.has(id));
        if (left.length === 0) raised.delete(key);
        else raised.set(key, left);
      }
    },
    isRepeat(ruleKey, trackId, exclusive) {
      const ids = raised.get(ruleKey) ?? [];
      const birth = births.get(trackId);
      const repeat = ids.some((id) =>
        id === trackId ? exclusive : isRebirth(lasts.get(id), birth) || haveOneRider(id, trackId),
      );
      raised.set(ruleKey, [...ids, trackId]);
      return repeat;
    },
  };
}

/** Whether a track that began at `birth` may go on where another was last seen. */
function isRebirth(last: Sight | undefined, birth: Sight | undefined): boolean {
  if (last === undefined || birth === undefined) return false;
  const elapsedMs = birth.tMs - last.tMs;
  if (elapsedMs < -300 || elapsedMs > REBORN_MS) return false;
  const distance = lengthOf(birth.x - last.x, birth.y - last.y);
  return distance <= NEAR_M + (DRIVEN_MS * Math.max(0, elapsedMs)) / 1000;
}

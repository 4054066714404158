// Keeps a vehicle from giving a second case as another track: one that began where the old one ended, or under its rider.
import { lengthOf } from "../geometry/box.ts";
import type { RoadUser } from "./road-user.ts";

/** A track that begins this soon after another ended may be the same vehicle … */
const REBORN_MS = 4000;
/** … if it begins this near to the other's last place, plus what it may have driven meanwhile. */
const NEAR_M = 3;
const DRIVEN_MS = 8;

/** Where and when a track was last seen, and where and when it began. */
interface Sight {
  x: number;
  y: number;
  tMs: number;
  readonly birthX: number;
  readonly birthY: number;
  readonly birthMs: number;
}

/** Remembers who gave a case of which rule. Not saved: tracks do not outlive a restart. */
export interface RepeatGuard {
  step(users: readonly RoadUser[], tMs: number): void;
  /** Whether this track is a vehicle that has already given its case; if not, it has now. `exclusive`: nor a second one of its own. */
  isRepeat(ruleKey: string, trackId: number, exclusive: boolean): boolean;
}

export function createRepeatGuard(): RepeatGuard {
  const sights = new Map<number, Sight>();
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
        const sight = sights.get(track.id);
        if (sight === undefined) {
          const { x, y } = place;
          sights.set(track.id, { x, y, tMs, birthX: x, birthY: y, birthMs: track.firstSeenMs });
        } else if (track.observed) {
          sight.x = place.x;
          sight.y = place.y;
          sight.tMs = tMs;
        }
      }
      if (sights.size <= users.length) return;
      const before = sights.size;
      sights.forEach((sight, id) => {
        if (tMs - sight.tMs <= REBORN_MS) return;
        sights.delete(id);
        mounts.delete(id);
      });
      if (sights.size === before) return;
      for (const [key, ids] of raised) {
        const left = ids.filter((id) => sights.has(id));
        if (left.length === 0) raised.delete(key);
        else raised.set(key, left);
      }
    },
    isRepeat(ruleKey, trackId, exclusive) {
      const ids = raised.get(ruleKey) ?? [];
      const born = sights.get(trackId);
      const repeat = ids.some((id) =>
        id === trackId ? exclusive : isRebirth(sights.get(id), born) || haveOneRider(id, trackId),
      );
      raised.set(ruleKey, [...ids, trackId]);
      return repeat;
    },
  };
}

/** Whether a track may go on where another was last seen. */
function isRebirth(last: Sight | undefined, born: Sight | undefined): boolean {
  if (last === undefined || born === undefined) return false;
  const elapsedMs = born.birthMs - last.tMs;
  if (elapsedMs < -300 || elapsedMs > REBORN_MS) return false;
  const distance = lengthOf(born.birthX - last.x, born.birthY - last.y);
  return distance <= NEAR_M + (DRIVEN_MS * Math.max(0, elapsedMs)) / 1000;
}

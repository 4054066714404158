// State that a rule keeps for each track: carried from frame to frame, forgotten with the track.
import type { RoadUser } from "./road-user.ts";

/** By track id; plain data, since it outlives a restart. */
export type PerTrack<T> = Readonly<Record<number, T>>;

/**
 * Steps the state of every track of a frame. `next` returns the track's new state, the old one when nothing
 * changed, or undefined when there is nothing to remember. An unchanged whole is returned as it is: no allocation.
 */
export function stepPerTrack<T>(
  states: PerTrack<T>,
  users: readonly RoadUser[],
  next: (user: RoadUser, state: T | undefined) => T | undefined,
): PerTrack<T> {
  const result: Record<number, T> = {};
  let changed = false;
  let kept = 0;
  for (const user of users) {
    const { id } = user.track;
    const before = states[id];
    const after = next(user, before);
    if (after !== before) changed = true;
    if (after === undefined) continue;
    if (before !== undefined) kept++;
    result[id] = after;
  }
  return changed || kept !== count(states) ? result : states;
}

function count(states: PerTrack<unknown>): number {
  let keys = 0;
  for (const id in states) if (id !== "") keys++;
  return keys;
}

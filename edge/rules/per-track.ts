// State that a rule keeps for each track: carried from frame to frame, forgotten with the track.
import type { RoadUser } from "./road-user.ts";

/** Two columns, in order of track ids; plain data, since it outlives a restart. */
export interface PerTrack<T> {
  readonly ids: readonly number[];
  readonly states: readonly T[];
}

export const NO_TRACKS: PerTrack<never> = { ids: [], states: [] };

/** Columns of the step under way; kept, so that a step allocates nothing but what has changed. */
const scratchIds: number[] = [];
const scratchStates: unknown[] = [];

/**
 * Steps the state of every track of a frame. `next` returns the track's new state, the old one when nothing
 * changed, or undefined when there is nothing to remember. A track that went over to another road user begins anew,
 * unless it has given its case: a second one might be the same vehicle's. An unchanged whole is returned as it is: no allocation.
 */
export function stepPerTrack<T>(
  before: PerTrack<T>,
  users: readonly RoadUser[],
  next: (user: RoadUser, state: T | undefined) => T | undefined,
): PerTrack<T> {
  const { ids, states } = before;
  let at = 0;
  let count = 0;
  let sameIds = true;
  let sameStates = true;
  for (const user of inOrder(users)) {
    const { id } = user.track;
    while (at < ids.length && (ids[at] as number) < id) at++;
    const known = ids[at] === id ? states[at] : undefined;
    const state = user.renewed && !hasRaised(known) ? undefined : known;
    const after = next(user, state);
    if (after === undefined) continue;
    if (ids[count] !== id) sameIds = false;
    if (states[count] !== after) sameStates = false;
    scratchIds[count] = id;
    scratchStates[count] = after;
    count++;
  }
  if (count !== ids.length) sameIds = false;
  if (sameIds && sameStates) return before;
  return {
    ids: sameIds ? ids : scratchIds.slice(0, count),
    states: scratchStates.slice(0, count) as T[],
  };
}

function hasRaised(state: unknown): boolean {
  return typeof state === "object" && state !== null && (state as { raised?: boolean }).raised === true;
}

/** The tracker gives tracks in order of their ids; hand-written frames need not be. */
function inOrder(users: readonly RoadUser[]): readonly RoadUser[] {
  for (let i = 1; i < users.length; i++) {
    if ((users[i] as RoadUser).track.id < (users[i - 1] as RoadUser).track.id) {
      return [...users].sort((a, b) => a.track.id - b.track.id);
    }
  }
  return users;
}

// The queue in a zone: people who stand one by another, how far it reaches and how long one waits in it.
import { lengthOf } from "../../geometry/box.ts";
import type { RoadUser } from "../road-user.ts";
import type { Stays } from "./stay.ts";

/** Two who stand nearer than this stand in one queue; raising it joins neighbouring queues. */
const LINK_M = 1.5;
/** Fewer make no queue. */
const LEAST_PEOPLE = 3;

export interface WaitingLine {
  readonly queue_persons: number;
  /** Greatest distance between two of them, metres. */
  readonly queue_m: number;
  /** How long the one who came first has been in the zone, seconds: what a newcomer has to expect. */
  readonly wait_s: number;
}

/** The longest queue among people in order of their tracks; undefined where nobody queues or the ground is not known. */
export function waitingLine(people: readonly RoadUser[], stays: Stays, tMs: number): WaitingLine | undefined {
  const left = people.filter(({ metric, standingSinceMs }) => metric && standingSinceMs !== undefined);
  let longest: RoadUser[] = [];
  while (left.length > longest.length) {
    const line = left.splice(0, 1);
    for (let at = 0; at < line.length; at++) {
      const one = line[at] as RoadUser;
      for (let index = left.length - 1; index >= 0; index--) {
        const other = left[index] as RoadUser;
        if (metresApart(one, other) > LINK_M) continue;
        line.push(other);
        left.splice(index, 1);
      }
    }
    if (line.length > longest.length) longest = line;
  }
  if (longest.length < LEAST_PEOPLE) return undefined;
  let metres = 0;
  let firstMs = tMs;
  for (const one of longest) {
    for (const other of longest) metres = Math.max(metres, metresApart(one, other));
    const at = stays.ids.indexOf(one.track.id);
    firstMs = Math.min(firstMs, stays.sinceMs[at] ?? tMs);
  }
  return { queue_persons: longest.length, queue_m: metres, wait_s: (tMs - firstMs) / 1000 };
}

function metresApart(a: RoadUser, b: RoadUser): number {
  return lengthOf(a.place.x - b.place.x, a.place.y - b.place.y);
}

// Who rides on which two-wheeler: boxes that sit on one another and stay so.
import { lengthOf } from "../geometry/box.ts";
import { seat } from "../geometry/seat.ts";
import type { Track } from "../track/track.ts";

/** Vote of one person over time; a person is riding above one half. */
export interface RidingVote {
  vehicleId: number;
  share: number;
  /** For how long nothing has spoken for riding, ms. */
  onFootMs: number;
}

/** Over how long the vote forgets; who has long been on foot only passes before or behind a two-wheeler. */
const MEMORY_MS = 700;
const MEMORY_ON_FOOT_MS = 2000;
/** So long on foot, and no longer than this is remembered. */
const ON_FOOT_MS = 1500;
const MOST_ON_FOOT_MS = 3000;

/** The two-wheeler that a person sits on best in this frame. */
export function bestSeat(person: Track, vehicles: readonly Track[]): Track | undefined {
  let best: Track | undefined;
  let bestFit = 0.2;
  for (const vehicle of vehicles) {
    const fit = seat(person.box, vehicle.box);
    if (fit <= bestFit || !movesAlike(person, vehicle)) continue;
    best = vehicle;
    bestFit = fit;
  }
  return best;
}

/** Rider and vehicle have one velocity; somebody who walks past a parked motorbike has not. */
function movesAlike(person: Track, vehicle: Track): boolean {
  const difference = lengthOf(person.velocity.x - vehicle.velocity.x, person.velocity.y - vehicle.velocity.y);
  const speed = lengthOf(vehicle.velocity.x, vehicle.velocity.y);
  return difference < 0.6 * (vehicle.box.y2 - vehicle.box.y1) + 0.35 * speed;
}

/** Moves a vote on by one frame. */
export function castVote(vote: RidingVote, vehicleId: number | undefined, elapsedMs: number): void {
  const walks = vote.share < 0.5 && vote.onFootMs > ON_FOOT_MS;
  const weight = Math.min(1, elapsedMs / (walks ? MEMORY_ON_FOOT_MS : MEMORY_MS));
  if (vote.share >= 0.5) vote.onFootMs = 0;
  else if (vehicleId === undefined) vote.onFootMs = Math.min(MOST_ON_FOOT_MS, vote.onFootMs + elapsedMs);
  else vote.onFootMs = Math.max(0, vote.onFootMs - elapsedMs);
  if (vehicleId === undefined) {
    vote.share -= vote.share * weight;
  } else if (vehicleId === vote.vehicleId) {
    vote.share += (1 - vote.share) * weight;
  } else if (vote.share < 0.5) {
    vote.vehicleId = vehicleId;
    vote.share += (1 - vote.share) * weight;
  } else {
    vote.share -= vote.share * weight;
    if (vote.share >= 0.5) return;
    vote.vehicleId = vehicleId;
    vote.share = 1 - vote.share;
  }
}

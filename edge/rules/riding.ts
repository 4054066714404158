// Who rides on which two-wheeler: boxes that sit on one another and stay so.
import { area, type Box, lengthOf } from "../geometry/box.ts";
import type { Track } from "../track/track.ts";

/** Vote of one person over time; a person is riding above one half. */
export interface RidingVote {
  vehicleId: number;
  share: number;
}

/** Over how long the vote forgets. */
const MEMORY_MS = 700;

/** How well a person's box sits on a two-wheeler's, 0–1; 0 when it does not. */
export function seat(person: Box, vehicle: Box): number {
  const width = Math.min(person.x2, vehicle.x2) - Math.max(person.x1, vehicle.x1);
  const height = Math.min(person.y2, vehicle.y2) - Math.max(person.y1, vehicle.y1);
  if (width <= 0 || height <= 0) return 0;
  const vehicleHeight = vehicle.y2 - vehicle.y1;
  const middle = (person.x1 + person.x2) / 2;
  const slack = 0.2 * (vehicle.x2 - vehicle.x1);
  if (middle < vehicle.x1 - slack || middle > vehicle.x2 + slack) return 0;
  // A rider's feet hang above the tyres' lowest point and below the saddle; their head is above the vehicle.
  if (person.y2 > vehicle.y2 + 0.15 * vehicleHeight || person.y2 < vehicle.y1 + 0.2 * vehicleHeight) return 0;
  if (person.y1 > vehicle.y1 + 0.3 * vehicleHeight) return 0;
  const aside = Math.abs(middle - (vehicle.x1 + vehicle.x2) / 2) / (vehicle.x2 - vehicle.x1);
  return ((width * height) / Math.min(area(person), area(vehicle))) * (1 - 0.5 * aside);
}

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
  return difference < 0.6 * (vehicle.box.y2 - vehicle.box.y1) + 0.5 * speed;
}

/** Moves a vote on by one frame. */
export function castVote(vote: RidingVote, vehicleId: number | undefined, elapsedMs: number): void {
  const weight = Math.min(1, elapsedMs / MEMORY_MS);
  if (vehicleId === undefined) {
    vote.share -= vote.share * weight;
  } else if (vehicleId === vote.vehicleId) {
    vote.share += (1 - vote.share) * weight;
  } else {
    vote.share -= vote.share * weight;
    if (vote.share < 0.5) {
      vote.vehicleId = vehicleId;
      vote.share = Math.max(weight, 1 - vote.share);
    }
  }
}

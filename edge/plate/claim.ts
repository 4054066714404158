// How well a plate sits on a vehicle, over time: the vehicle that contains it longest and moves with it has it.
import { type Box, centre } from "../geometry/box.ts";

/** One vehicle's claim to one plate. */
export interface Claim {
  readonly trackId: number;
  /** For how long the vehicle's box held the plate. */
  heldMs: number;
  samples: number;
  /** Where the plate sits in the box, shares of its width and height: running mean, and squares about it. */
  meanX: number;
  meanY: number;
  squares: number;
}

/** The middle of a plate may lie outside its vehicle's box by this share of the box. */
const SLACK = 0.05;
/** A plate that moves about in a box by more than this, shares of the box, is rather another vehicle's. */
const STEADY = 0.08;
/** Plates are near the middle of a vehicle's width; how much that counts where two vehicles overlap. */
const ASIDE = 0.3;

/** Whether the plate's middle is in the box. */
export function holds(vehicle: Box, plate: Box): boolean {
  const { x, y } = seatOf(vehicle, plate);
  return x >= -SLACK && x <= 1 + SLACK && y >= -SLACK && y <= 1 + SLACK;
}

export function startClaim(trackId: number): Claim {
  return { trackId, heldMs: 0, samples: 0, meanX: 0, meanY: 0, squares: 0 };
}

/** The box held the plate for `elapsedMs` more. */
export function strengthen(claim: Claim, vehicle: Box, plate: Box, elapsedMs: number): void {
  const { x, y } = seatOf(vehicle, plate);
  claim.heldMs += elapsedMs;
  claim.samples++;
  const dx = x - claim.meanX;
  const dy = y - claim.meanY;
  claim.meanX += dx / claim.samples;
  claim.meanY += dy / claim.samples;
  claim.squares += dx * (x - claim.meanX) + dy * (y - claim.meanY);
}

/** Milliseconds held, less for a plate that moves about in the box or sits at its side. */
export function strengthOf(claim: Claim): number {
  const scatter = claim.samples < 2 ? 0 : Math.sqrt(claim.squares / (claim.samples - 1));
  const aside = (claim.meanX - 0.5) / ASIDE;
  return claim.heldMs / ((1 + (scatter / STEADY) ** 2) * (1 + aside ** 2));
}

/** Where the plate must be by now if it is this vehicle's. */
export function expectedAt(claim: Claim, vehicle: Box): { readonly x: number; readonly y: number } {
  return {
    x: vehicle.x1 + claim.meanX * (vehicle.x2 - vehicle.x1),
    y: vehicle.y1 + claim.meanY * (vehicle.y2 - vehicle.y1),
  };
}

function seatOf(vehicle: Box, plate: Box): { readonly x: number; readonly y: number } {
  const { x, y } = centre(plate);
  return { x: (x - vehicle.x1) / (vehicle.x2 - vehicle.x1), y: (y - vehicle.y1) / (vehicle.y2 - vehicle.y1) };
}

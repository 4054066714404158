// A two-wheeler that the detector does not see is where its rider is, for a while.
import type { Detection } from "../detect/detection.ts";
import type { Box } from "../geometry/box.ts";
import { seat } from "../geometry/seat.ts";
import type { DetectionColumns } from "./columns.ts";
import { LEAST_SEAT } from "./mounted.ts";
import type { Tracklet } from "./tracklet.ts";

/** Who was last seen on a two-wheeler, and where it was under them: shares of the rider's width and height. */
export interface Carrier {
  rider: Tracklet;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** When both were seen. */
  seenMs: number;
}

/**
 * A rider carries an unseen vehicle so long, ms. In dense traffic a motorcycle is hidden by the one behind it for a
 * second or two; longer, and a rider who got off would drag it along.
 */
const CARRY_MS = 1_500;
/** What is only reckoned says little of where exactly. */
const CONFIDENCE = 0.3;
/** The same as the tracker hands it over. */
export const CARRIED_CONFIDENCE = Float64Array.of(CONFIDENCE);

/** Whether its rider was seen in this frame, not long after both, and on no other vehicle. */
export function isCarried({ carrier }: Tracklet, tracklets: readonly Tracklet[], tMs: number): boolean {
  if (carrier?.rider.detection === undefined || tMs - carrier.seenMs > CARRY_MS) return false;
  return !tracklets.some((other) => other.carrier?.rider === carrier.rider && other.carrier.seenMs === tMs);
}

/** The column of a detection that nobody took and that its rider sits on. */
export function freeUnder(
  { carrier, group }: Tracklet,
  detections: readonly Detection[],
  columns: DetectionColumns,
): number | undefined {
  const rider = carrier?.rider.detection;
  if (rider === undefined) return undefined;
  let best: number | undefined;
  let bestSeat = LEAST_SEAT;
  for (let column = 0; column < columns.count; column++) {
    if (columns.group[column] !== group || columns.free[column] === 0) continue;
    const detection = detections[column];
    const fit = detection === undefined ? 0 : seat(rider.box, detection.box);
    if (fit > bestSeat) [best, bestSeat] = [column, fit];
  }
  return best;
}

/** The box of an unseen two-wheeler under its rider of this frame. */
export function carried({ carrier, class: name }: Tracklet): Detection | undefined {
  const rider = carrier?.rider.detection;
  if (carrier === undefined || rider === undefined) return undefined;
  const { x1, y1, x2, y2 } = rider.box;
  const [width, height] = [x2 - x1, y2 - y1];
  const box = {
    x1: x1 + carrier.x1 * width,
    y1: y1 + carrier.y1 * height,
    x2: x1 + carrier.x2 * width,
    y2: y1 + carrier.y2 * height,
  };
  return { box, class: name, confidence: CONFIDENCE };
}

/** Remembers who sits on each two-wheeler among `vehicles` that was seen in this frame. */
export function seatRiders(vehicles: readonly Tracklet[], tracklets: readonly Tracklet[], tMs: number): void {
  for (const vehicle of vehicles) {
    const { detection } = vehicle;
    if (vehicle.group !== "two-wheelers" || detection === undefined) continue;
    let best: Tracklet | undefined;
    let bestSeat = LEAST_SEAT;
    for (const rider of tracklets) {
      if (rider.group !== "people" || rider.detection === undefined) continue;
      const fit = seat(rider.detection.box, detection.box);
      if (fit <= bestSeat) continue;
      best = rider;
      bestSeat = fit;
    }
    if (best?.detection !== undefined) remember(vehicle, detection.box, best, best.detection.box, tMs);
  }
}

/** Fills the same object again in each frame. */
function remember(vehicle: Tracklet, box: Box, rider: Tracklet, person: Box, tMs: number): void {
  // Not 0: a field that was ever a small integer costs an allocation with each fraction that is written to it.
  vehicle.carrier ??= {
    rider,
    x1: Number.NaN,
    y1: Number.NaN,
    x2: Number.NaN,
    y2: Number.NaN,
    seenMs: Number.NaN,
  };
  const { carrier } = vehicle;
  const { x1, y1 } = person;
  const width = person.x2 - x1;
  const height = person.y2 - y1;
  carrier.rider = rider;
  carrier.x1 = (box.x1 - x1) / width;
  carrier.y1 = (box.y1 - y1) / height;
  carrier.x2 = (box.x2 - x1) / width;
  carrier.y2 = (box.y2 - y1) / height;
  carrier.seenMs = tMs;
}

// Joins what was found of one two-wheeler and of who sits on it: each makes the other likelier.
import type { Detection } from "../detect/detection.ts";
import { seat } from "../geometry/seat.ts";
import { groupOf } from "./group.ts";

/** Fainter two-wheelers are not believed on a person's word: somebody stands before a shop's bicycle stand. */
const LEAST_CONFIDENCE = 0.2;
/** A fainter person is not believed on a vehicle's word: on a motorcycle that is sure anything may look like somebody. */
const LEAST_PERSON = 0.35;
/** Less of the smaller box shared is no seat. */
export const LEAST_SEAT = 0.2;

/**
 * Writes the confidence of each detection: its own; of two-wheelers that somebody sits on, and of the surest who sits
 * on each, that of either being right. The one hides much of the other, so a detector doubts them most where it
 * matters. Passengers are left as they are: a second box of one rider must not become one.
 */
export function mountedConfidence(detections: readonly Detection[], confidence: Float64Array): void {
  for (let i = 0; i < detections.length; i++) confidence[i] = (detections[i] as Detection).confidence;
  for (let i = 0; i < detections.length; i++) {
    const vehicle = detections[i] as Detection;
    if (groupOf(vehicle.class) !== "two-wheelers" || vehicle.confidence < LEAST_CONFIDENCE) continue;
    const at = surestOn(vehicle, detections);
    const rider = detections[at];
    if (rider === undefined) continue;
    const either = 1 - (1 - vehicle.confidence) * (1 - rider.confidence);
    confidence[i] = either;
    if (rider.confidence >= LEAST_PERSON) confidence[at] = Math.max(either, confidence[at] as number);
  }
}

/** Index of the surest who sits on a vehicle; −1: nobody. */
function surestOn(vehicle: Detection, detections: readonly Detection[]): number {
  let best = -1;
  let most = 0;
  for (let i = 0; i < detections.length; i++) {
    const person = detections[i] as Detection;
    if (groupOf(person.class) !== "people" || person.confidence <= most) continue;
    if (seat(person.box, vehicle.box) <= LEAST_SEAT) continue;
    best = i;
    most = person.confidence;
  }
  return best;
}

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
 * Raises the confidence of two-wheelers that somebody sits on, and of the surest who sits on each, to that of either
 * being right: the one hides much of the other, so a detector doubts them most where it matters. Passengers are left
 * as they are: a second box of one rider must not become one. Boxes stay. The same array where nothing changes.
 */
export function mounted(detections: readonly Detection[]): readonly Detection[] {
  if (!detections.some(({ class: name }) => groupOf(name) === "two-wheelers")) return detections;
  let raised: Map<Detection, number> | undefined;
  for (const vehicle of detections) {
    if (groupOf(vehicle.class) !== "two-wheelers" || vehicle.confidence < LEAST_CONFIDENCE) continue;
    const rider = surestOn(vehicle, detections);
    if (rider === undefined) continue;
    const either = 1 - (1 - vehicle.confidence) * (1 - rider.confidence);
    raised ??= new Map();
    raised.set(vehicle, either);
    if (rider.confidence >= LEAST_PERSON) raised.set(rider, Math.max(either, raised.get(rider) ?? 0));
  }
  if (raised === undefined) return detections;
  return detections.map((detection) => {
    const confidence = raised.get(detection);
    return confidence === undefined ? detection : { ...detection, confidence };
  });
}

function surestOn(vehicle: Detection, detections: readonly Detection[]): Detection | undefined {
  let best: Detection | undefined;
  for (const person of detections) {
    if (groupOf(person.class) !== "people" || person.confidence <= (best?.confidence ?? 0)) continue;
    if (seat(person.box, vehicle.box) > LEAST_SEAT) best = person;
  }
  return best;
}

// Joins what was found of one two-wheeler and of who sits on it: each makes the other likelier.
import type { Detection } from "../detect/detection.ts";
import { seat } from "../geometry/seat.ts";
import { groupOf } from "./group.ts";

/** Fainter two-wheelers are not believed on a person's word: somebody stands before a shop's bicycle stand. */
const LEAST_CONFIDENCE = 0.2;
/** Less of the smaller box shared is no seat. */
const LEAST_SEAT = 0.2;

/**
 * Raises the confidence of two-wheelers that somebody sits on to that of either being right: the rider hides much of
 * the vehicle, so a detector doubts it most where it matters. Boxes stay as they are. The same array where nothing changes.
 */
export function mounted(detections: readonly Detection[]): readonly Detection[] {
  if (!detections.some(({ class: name }) => groupOf(name) === "two-wheelers")) return detections;
  const people = detections.filter(({ class: name }) => groupOf(name) === "people");
  if (people.length === 0) return detections;
  return detections.map((detection) => {
    if (groupOf(detection.class) !== "two-wheelers" || detection.confidence < LEAST_CONFIDENCE)
      return detection;
    const rider = people.reduce(
      (best, person) =>
        person.confidence > best && seat(person.box, detection.box) > LEAST_SEAT ? person.confidence : best,
      0,
    );
    if (rider === 0) return detection;
    return { ...detection, confidence: 1 - (1 - detection.confidence) * (1 - rider) };
  });
}

// Which of the COCO classes a detector knows are ours.
import type { ClassName } from "../../contract/common.ts";

const OURS: ReadonlyMap<string, ClassName> = new Map([
  ["person", "person"],
  ["bicycle", "bicycle"],
  ["motorcycle", "motorcycle"],
  ["car", "car"],
  ["bus", "bus"],
  ["truck", "truck"],
]);

/** Our class for a COCO name; undefined for what the product doesn't speak of (a dog, a traffic light). */
export function classOf(cocoName: string): ClassName | undefined {
  return OURS.get(cocoName);
}

// Which classes may belong to one track: detectors flicker between car, bus and truck, never between car and person.
import type { ClassName } from "../../contract/common.ts";

export type Group = "people" | "two-wheelers" | "vehicles" | "faces" | "heads";

const GROUPS: Readonly<Record<ClassName, Group | undefined>> = {
  person: "people",
  rider: "people",
  bicycle: "two-wheelers",
  motorcycle: "two-wheelers",
  car: "vehicles",
  bus: "vehicles",
  truck: "vehicles",
  face: "faces",
  head: "heads",
  // A plate is tied to its vehicle, not followed by itself.
  plate: undefined,
};

/** The group of a class; undefined for what is not tracked. */
export function groupOf(className: ClassName): Group | undefined {
  return GROUPS[className];
}

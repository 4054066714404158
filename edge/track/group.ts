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

/** A class's place among those of its group, and how many a group has at most. */
export const PLACES: Readonly<Record<ClassName, number>> = {
  person: 0,
  rider: 1,
  bicycle: 0,
  motorcycle: 1,
  car: 0,
  bus: 1,
  truck: 2,
  face: 0,
  head: 0,
  plate: 0,
};
export const CLASSES_IN_GROUP = 3;

// Where heads are, for hiding them: faces that were found, and the upper part of every person whose face was not.
import type { ClassName } from "../../contract/common.ts";
import type { Box } from "../geometry/box.ts";

/** Something seen that may be a person. */
export interface Body {
  readonly class: ClassName;
  readonly box: Box;
}

/** Classes whose upper part holds a head. Riders of two-wheelers are often found only as part of their vehicle. */
const BEARERS: ReadonlySet<ClassName> = new Set(["person", "rider", "motorcycle", "bicycle"]);
const HEADS: ReadonlySet<ClassName> = new Set(["face", "head"]);

/** Part of a standing person's box that holds the head, with room for a raised chin or a hat. */
const HEAD_SHARE = 0.3;
/** How far a hidden area reaches beyond what was found, as a share of its width. */
const WIDEN = 0.25;

/** Boxes to hide, in the pixels of the boxes given; they may reach beyond the picture. */
export function headsOf(bodies: readonly Body[]): Box[] {
  return bodies.flatMap(({ class: name, box }) =>
    BEARERS.has(name) ? [widened(topOf(box))] : HEADS.has(name) ? [widened(box)] : [],
  );
}

function topOf(person: Box): Box {
  return { ...person, y2: person.y1 + (person.y2 - person.y1) * HEAD_SHARE };
}

function widened(box: Box): Box {
  const by = (box.x2 - box.x1) * WIDEN;
  return { x1: box.x1 - by, y1: box.y1 - by, x2: box.x2 + by, y2: box.y2 + by };
}

// Counted people as detections for the tracker: a head whose body is hidden stands for a whole person.
import { type Box, clip } from "../geometry/box.ts";
import type { Detection } from "./detection.ts";
import type { PeopleCount, Seen } from "./people-count.ts";

/** A standing body round its face, in heights of the face's box (a body is seven to eight heads high). */
const ABOVE = 0.3;
const BELOW = 6.5;
const ASIDE = 1;

/** Persons in pixels of the picture, clipped to it. */
export function peopleDetections(
  { bodies, heads }: Pick<PeopleCount, "bodies" | "heads">,
  picture: { readonly width: number; readonly height: number },
): Detection[] {
  const found: Detection[] = [];
  const add = (seen: Box, { score }: Seen): void => {
    const box = clip(seen, picture.width, picture.height);
    if (box !== undefined) found.push({ box, class: "person", confidence: score });
  };
  for (const body of bodies) add(body, body);
  for (const head of heads) add(bodyOf(head), head);
  return found;
}

function bodyOf({ x1, y1, x2, y2 }: Box): Box {
  const size = y2 - y1;
  const middle = (x1 + x2) / 2;
  return {
    x1: middle - ASIDE * size,
    x2: middle + ASIDE * size,
    y1: y1 - ABOVE * size,
    y2: y2 + BELOW * size,
  };
}

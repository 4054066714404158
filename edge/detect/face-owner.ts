// Which faces belong to bodies that were found as well: nobody is counted twice.
import type { Box } from "../geometry/box.ts";

/** A face lies in the upper part of its body's box, in box sizes; a little outside, since both boxes are estimates. */
const TOP = { from: -0.2, to: 0.5 };
const ASIDE = 0.15;

/**
 * The faces that no body owns. Each body owns one face at most, and as many faces as possible are given an owner
 * (augmenting paths, Kuhn 1955): in a group whose boxes lie over each other, who owns which does not matter, how many
 * are left over does.
 */
export function facesWithoutBody<F extends Box>(faces: readonly F[], bodies: readonly Box[]): F[] {
  const faceOf = new Int32Array(bodies.length).fill(-1);
  const tried = new Int32Array(bodies.length).fill(-1);
  const owned = (index: number, round: number): boolean => {
    const face = faces[index] as F;
    for (let body = 0; body < bodies.length; body++) {
      if (tried[body] === round || !belongs(face, bodies[body] as Box)) continue;
      tried[body] = round;
      const other = faceOf[body] ?? -1;
      if (other !== -1 && !owned(other, round)) continue;
      faceOf[body] = index;
      return true;
    }
    return false;
  };
  return faces.filter((_, index) => !owned(index, index));
}

function belongs(face: Box, body: Box): boolean {
  const x = (face.x1 + face.x2) / 2;
  const y = (face.y1 + face.y2) / 2;
  const width = body.x2 - body.x1;
  const height = body.y2 - body.y1;
  return (
    x > body.x1 - ASIDE * width &&
    x < body.x2 + ASIDE * width &&
    y > body.y1 + TOP.from * height &&
    y < body.y1 + TOP.to * height
  );
}

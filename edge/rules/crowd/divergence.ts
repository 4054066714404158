// Whether a crowd runs apart: the divergence of its velocity field.
import type { RoadUser } from "../road-user.ts";

/** Fewer people have no field. */
const LEAST_PEOPLE = 5;

/**
 * Divergence, 1/s, of the linear field v = v₀ + A·x fitted by least squares to people's places and velocities: above
 * zero they run apart, below it they press together; walking past each other gives about zero. Undefined for few
 * people, people in one line, or without a ground plane.
 */
export function divergenceOf(people: readonly RoadUser[]): number | undefined {
  let n = 0;
  let sx = 0;
  let sy = 0;
  let su = 0;
  let sv = 0;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  let xu = 0;
  let yu = 0;
  let xv = 0;
  let yv = 0;
  for (const { metric, place, velocity } of people) {
    if (!metric || velocity === undefined) continue;
    n++;
    sx += place.x;
    sy += place.y;
    su += velocity.x;
    sv += velocity.y;
    xx += place.x * place.x;
    xy += place.x * place.y;
    yy += place.y * place.y;
    xu += place.x * velocity.x;
    yu += place.y * velocity.x;
    xv += place.x * velocity.y;
    yv += place.y * velocity.y;
  }
  if (n < LEAST_PEOPLE) return undefined;
  const cxx = xx - (sx * sx) / n;
  const cxy = xy - (sx * sy) / n;
  const cyy = yy - (sy * sy) / n;
  const determinant = cxx * cyy - cxy * cxy;
  if (determinant < 1e-6 * cxx * cyy || determinant === 0) return undefined;
  const cxu = xu - (sx * su) / n;
  const cyu = yu - (sy * su) / n;
  const cxv = xv - (sx * sv) / n;
  const cyv = yv - (sy * sv) / n;
  return (cyy * cxu - cxy * cyu + cxx * cyv - cxy * cxv) / determinant;
}

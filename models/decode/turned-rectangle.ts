// The smallest rectangle, however turned, around points.

/** In pixels, y downwards. */
export interface Corner {
  readonly x: number;
  readonly y: number;
}

export interface TurnedRectangle {
  readonly centre: Corner;
  /** Of the side `length` against the x axis, radians, clockwise on the screen. */
  readonly angle: number;
  readonly length: number;
  readonly breadth: number;
}

/**
 * Of least area. One of its sides lies along a side of the hull (Freeman and Shapira 1975), so these are all tried.
 * Points on one line give a breadth of 0. Throws RangeError without points.
 */
export function boundingRectangle(points: readonly Corner[]): TurnedRectangle {
  const hull = convexHull(points);
  const [only] = hull;
  if (only === undefined) throw new RangeError("a rectangle around no points");
  let best: TurnedRectangle = { centre: only, angle: 0, length: 0, breadth: 0 };
  let least = Infinity;
  for (let i = 0; i < hull.length && hull.length > 1; i++) {
    const from = hull[i] ?? only;
    const to = hull[(i + 1) % hull.length] ?? only;
    const rectangle = alongSide(hull, Math.atan2(to.y - from.y, to.x - from.x));
    const area = rectangle.length * rectangle.breadth;
    if (area < least) [best, least] = [rectangle, area];
  }
  return best;
}

function alongSide(hull: readonly Corner[], angle: number): TurnedRectangle {
  const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
  let [minU, maxU, minV, maxV] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of hull) {
    const u = x * ux + y * uy;
    const v = y * ux - x * uy;
    minU = Math.min(minU, u);
    maxU = Math.max(maxU, u);
    minV = Math.min(minV, v);
    maxV = Math.max(maxV, v);
  }
  const [u, v] = [(minU + maxU) / 2, (minV + maxV) / 2];
  const centre = { x: u * ux - v * uy, y: u * uy + v * ux };
  return { centre, angle, length: maxU - minU, breadth: maxV - minV };
}

/** Andrew's monotone chain; no point on a side between two others. */
function convexHull(points: readonly Corner[]): Corner[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const lower = chain(sorted);
  const upper = chain(sorted.reverse());
  const hull = [...lower.slice(0, -1), ...upper.slice(0, -1)];
  return hull.length === 0 ? lower : hull;
}

function chain(sorted: readonly Corner[]): Corner[] {
  const kept: Corner[] = [];
  for (const point of sorted) {
    for (;;) {
      const [a, b] = [kept.at(-2), kept.at(-1)];
      if (a === undefined || b === undefined) break;
      if ((b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) > 0) break;
      kept.pop();
    }
    kept.push(point);
  }
  return kept;
}

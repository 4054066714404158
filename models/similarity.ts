// The rotation, scale and shift that best lays one set of points over another.

/** Maps (x, y) to (a·x − b·y + tx, b·x + a·y + ty): scale √(a² + b²), never a mirror image. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

type Points = readonly (readonly [x: number, y: number])[];

/**
 * Least squares from `from` to `to`, pair by pair. (Umeyama 1991, equations 40–43; in the plane, without mirror
 * images, its singular value decomposition has the closed form used here.) Throws when the points of `from` coincide.
 */
export function similarity(from: Points, to: Points): Similarity {
  const [meanFrom, meanTo] = [mean(from), mean(to)];
  let dot = 0;
  let cross = 0;
  let spread = 0;
  from.forEach(([x, y], i) => {
    const [toX, toY] = to[i] ?? [NaN, NaN];
    const [dx, dy] = [x - meanFrom[0], y - meanFrom[1]];
    const [ex, ey] = [toX - meanTo[0], toY - meanTo[1]];
    dot += dx * ex + dy * ey;
    cross += dx * ey - dy * ex;
    spread += dx * dx + dy * dy;
  });
  if (!(spread > 0) || !Number.isFinite(dot + cross))
    throw new RangeError("the points lie on one spot, or are no numbers");
  const [a, b] = [dot / spread, cross / spread];
  return {
    a,
    b,
    tx: meanTo[0] - a * meanFrom[0] + b * meanFrom[1],
    ty: meanTo[1] - b * meanFrom[0] - a * meanFrom[1],
  };
}

function mean(points: Points): [x: number, y: number] {
  const sum = points.reduce<[number, number]>(([sumX, sumY], [x, y]) => [sumX + x, sumY + y], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}

/** The way back. */
export function inverse({ a, b, tx, ty }: Similarity): Similarity {
  const square = a * a + b * b;
  const [ia, ib] = [a / square, -b / square];
  return { a: ia, b: ib, tx: -(ia * tx - ib * ty), ty: -(ib * tx + ia * ty) };
}

export function transform({ a, b, tx, ty }: Similarity, x: number, y: number): [x: number, y: number] {
  return [a * x - b * y + tx, b * x + a * y + ty];
}

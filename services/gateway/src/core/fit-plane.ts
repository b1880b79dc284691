/** Slopes of a plane. */
export interface Plane {
  readonly first: number;
  readonly second: number;
}

/**
 * Fits `value` to a plane over x and y by least squares; its height is left to the caller. The slopes are drawn to the assumed
 * ones with a weight (ridge regression: the sum of squares of x or y that the assumption is worth), and are never negative.
 */
export function fitPlane(
  points: readonly { readonly x: number; readonly y: number; readonly value: number }[],
  assumed: Plane & { readonly weight: number },
): Plane {
  const mean = (of: (point: (typeof points)[number]) => number): number =>
    points.length === 0 ? 0 : points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const meanValue = mean(({ value }) => value);
  const { weight } = assumed;
  let [xx, yy, xy] = [weight, weight, 0];
  let [xv, yv] = [weight * assumed.first, weight * assumed.second];
  for (const { x, y, value } of points) {
    const [dx, dy, dv] = [x - meanX, y - meanY, value - meanValue];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
    xv += dx * dv;
    yv += dy * dv;
  }
  // Positive: the weight makes the matrix definite.
  const determinant = xx * yy - xy * xy;
  const first = (xv * yy - yv * xy) / determinant;
  const second = (yv * xx - xv * xy) / determinant;
  if (second < 0) return { first: Math.max(0, xv / xx), second: 0 };
  if (first < 0) return { first: 0, second: Math.max(0, yv / yy) };
  return { first, second };
}

import type { Outline } from './outlines.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle with any rotation: `along` is the unit direction of its `width`. */
export interface Rectangle {
  readonly centre: Point;
  readonly width: number;
  readonly height: number;
  readonly along: Point;
}

/** The rectangle of least area around an area's pixels (their centres): one of its sides lies on a side of the hull. */
export function smallestRectangle(outline: Outline): Rectangle {
  const hull = convexHull(outline);
  let best = rectangleAlong(hull, { x: 1, y: 0 });
  for (const [index, from] of hull.entries()) {
    const to = hull[(index + 1) % hull.length] ?? from;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (length === 0) continue;
    const candidate = rectangleAlong(hull, { x: (to.x - from.x) / length, y: (to.y - from.y) / length });
    if (candidate.width * candidate.height < best.width * best.height - 1e-9) best = candidate;
  }
  return best;
}

/** The same rectangle with every side moved outwards by `by` pixels. */
export function grown(rectangle: Rectangle, by: number): Rectangle {
  return { ...rectangle, width: rectangle.width + 2 * by, height: rectangle.height + 2 * by };
}

/** Corners in order around the rectangle. */
export function cornersOf({
  centre,
  width,
  height,
  along,
}: Rectangle): readonly [Point, Point, Point, Point] {
  const corner = (w: number, h: number): Point => ({
    x: centre.x + (along.x * w * width) / 2 - (along.y * h * height) / 2,
    y: centre.y + (along.y * w * width) / 2 + (along.x * h * height) / 2,
  });
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
}

/** Monotone chain (Andrew 1979); the outline's row ends come sorted by y, then x. */
function convexHull({ top, left, right }: Outline): readonly Point[] {
  const points = left.flatMap((x, row) => {
    const end = right[row] ?? x;
    return end === x
      ? [{ x, y: top + row }]
      : [
          { x, y: top + row },
          { x: end, y: top + row },
        ];
  });
  if (points.length < 3) return points;
  const upper = chain(points);
  const lower = chain(points.toReversed());
  return [...upper.slice(0, -1), ...lower.slice(0, -1)];
}

function chain(points: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of points) {
    for (
      let a = hull.at(-2), b = hull.at(-1);
      a !== undefined && b !== undefined;
      a = hull.at(-2), b = hull.at(-1)
    ) {
      if ((b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) > 0) break;
      hull.pop();
    }
    hull.push(point);
  }
  return hull;
}

function rectangleAlong(hull: readonly Point[], along: Point): Rectangle {
  let [minU, maxU, minV, maxV] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of hull) {
    const u = x * along.x + y * along.y;
    const v = y * along.x - x * along.y;
    if (u < minU) minU = u;
    if (u > maxU) maxU = u;
    if (v < minV) minV = v;
    if (v > maxV) maxV = v;
  }
  const [u, v] = [(minU + maxU) / 2, (minV + maxV) / 2];
  return {
    centre: { x: u * along.x - v * along.y, y: u * along.y + v * along.x },
    width: maxU - minU,
    height: maxV - minV,
    along,
  };
}

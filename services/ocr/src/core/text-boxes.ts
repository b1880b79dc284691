import { outlinesOf } from './outlines.ts';
import { quadOf, type Quad } from './quad.ts';
import { cornersOf, grown, smallestRectangle, type Point, type Rectangle } from './rectangle.ts';

/** Post-processing of the tiny PP-OCRv6 detector as its `inference.yml` gives it (differentiable binarisation). */
const threshold = 0.2;
const minScore = 0.4;
const unclipRatio = 1.4;
const maxCandidates = 3000;
/** Minimum side of a line, in pixels of the map; smaller areas are noise. */
const minSide = 3;

/** The detector's output for a page: the probability of text at each pixel of its input. */
export interface ProbabilityMap {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/**
 * The lines of text in a probability map, as quads in pixels of a page of the given size. The network marks the
 * core of each line; the rectangle around the core grows by area x ratio / perimeter to the line's own outline.
 */
export function textBoxes(map: ProbabilityMap, page: { width: number; height: number }): readonly Quad[] {
  const scale = { x: page.width / map.width, y: page.height / map.height };
  return outlinesOf(map.data, map, threshold)
    .slice(0, maxCandidates)
    .map(smallestRectangle)
    .filter(({ width, height }) => Math.min(width, height) >= minSide)
    .filter((rectangle) => meanInside(map, rectangle) >= minScore)
    .map((rectangle) => grown(rectangle, unclipDistance(rectangle)))
    .map((rectangle) => toPage(cornersOf(rectangle), scale));
}

function unclipDistance({ width, height }: Rectangle): number {
  return (width * height * unclipRatio) / (2 * (width + height));
}

/** From map to page coordinates; the centre of a map pixel is at 0.5. */
function toPage(corners: readonly [Point, Point, Point, Point], scale: Point): Quad {
  const move = ({ x, y }: Point): Point => ({ x: (x + 0.5) * scale.x, y: (y + 0.5) * scale.y });
  const [a, b, c, d] = corners;
  return quadOf([move(a), move(b), move(c), move(d)]);
}

/** Mean probability over the pixels inside a rectangle, edges included. */
function meanInside(map: ProbabilityMap, rectangle: Rectangle): number {
  const corners = cornersOf(rectangle);
  const ys = corners.map(({ y }) => y);
  const top = Math.max(0, Math.round(Math.min(...ys)));
  const bottom = Math.min(map.height - 1, Math.round(Math.max(...ys)));
  let [sum, count] = [0, 0];
  for (let y = top; y <= bottom; y += 1) {
    const [left, right] = spanAt(corners, y);
    const last = Math.min(map.width - 1, Math.round(right));
    for (let x = Math.max(0, Math.round(left)); x <= last; x += 1) {
      sum += map.data[y * map.width + x] ?? 0;
      count += 1;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** The intersections of a convex polygon with the horizontal at `y`. */
function spanAt(corners: readonly Point[], y: number): [left: number, right: number] {
  let [left, right] = [Infinity, -Infinity];
  corners.forEach((a, index) => {
    const b = corners[(index + 1) % corners.length] ?? a;
    const [low, high] = a.y <= b.y ? [a, b] : [b, a];
    if (y < low.y - 0.5 || y > high.y + 0.5) return;
    const flat = high.y - low.y < 1e-6;
    const fraction = flat ? 0 : Math.min(1, Math.max(0, (y - low.y) / (high.y - low.y)));
    const xs = flat ? [low.x, high.x] : [low.x + (high.x - low.x) * fraction];
    left = Math.min(left, ...xs);
    right = Math.max(right, ...xs);
  });
  return [left, right];
}

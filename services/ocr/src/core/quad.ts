import type { Box } from '@docfleet/domain';
import type { Point } from './rectangle.ts';

/** Four corners of a line of text in reading direction: top left, top right, bottom right, bottom left. */
export type Quad = readonly [Point, Point, Point, Point];

/** Puts four corners in reading order, for text that runs more or less from left to right. */
export function quadOf(corners: readonly [Point, Point, Point, Point]): Quad {
  const [a, b, c, d] = corners.toSorted((one, other) => one.x - other.x) as [Point, Point, Point, Point];
  const [topLeft, bottomLeft] = a.y <= b.y ? [a, b] : [b, a];
  const [topRight, bottomRight] = c.y <= d.y ? [c, d] : [d, c];
  return [topLeft, topRight, bottomRight, bottomLeft];
}

/** Whether the sides are parallel to the axes, within 1.5 pixels. */
export function isUpright([topLeft, topRight, , bottomLeft]: Quad): boolean {
  return Math.max(Math.abs(topLeft.y - topRight.y), Math.abs(topLeft.x - bottomLeft.x)) < 1.5;
}

/** How far a line of text falls per pixel to the right; 0 for text that runs upwards or downwards. */
export function slopeOf([topLeft, topRight, bottomRight, bottomLeft]: Quad): number {
  const across = (topRight.x + bottomRight.x - topLeft.x - bottomLeft.x) / 2;
  const down = (topRight.y + bottomRight.y - topLeft.y - bottomLeft.y) / 2;
  return Math.abs(across) <= Math.abs(down) ? 0 : down / across;
}

/** Length of the longer of top and bottom side, and of left and right side. */
export function extentOf([topLeft, topRight, bottomRight, bottomLeft]: Quad): {
  width: number;
  height: number;
} {
  return {
    width: Math.max(distance(topLeft, topRight), distance(bottomLeft, bottomRight)),
    height: Math.max(distance(topLeft, bottomLeft), distance(topRight, bottomRight)),
  };
}

/** The quad with its corners shifted by one, so that text running upwards is read from left to right. */
export function turned([topLeft, topRight, bottomRight, bottomLeft]: Quad): Quad {
  return [topRight, bottomRight, bottomLeft, topLeft];
}

/** The part of a quad between two fractions of its length. */
export function sliceOf([topLeft, topRight, bottomRight, bottomLeft]: Quad, from: number, to: number): Quad {
  return [
    between(topLeft, topRight, from),
    between(topLeft, topRight, to),
    between(bottomLeft, bottomRight, to),
    between(bottomLeft, bottomRight, from),
  ];
}

/** The quad on a page that is `factor` times as large. */
export function scaled(quad: Quad, factor: number): Quad {
  const scale = ({ x, y }: Point): Point => ({ x: x * factor, y: y * factor });
  return [scale(quad[0]), scale(quad[1]), scale(quad[2]), scale(quad[3])];
}

/** The upright box around a quad, in whole pixels inside a page of `width` x `height`. */
export function boxAround(quad: Quad, { width, height }: { width: number; height: number }): Box {
  const xs = quad.map(({ x }) => x);
  const ys = quad.map(({ y }) => y);
  const inside = (value: number, limit: number): number => Math.min(Math.max(Math.round(value), 0), limit);
  return [
    inside(Math.min(...xs), width),
    inside(Math.min(...ys), height),
    inside(Math.max(...xs), width),
    inside(Math.max(...ys), height),
  ];
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function between(a: Point, b: Point, fraction: number): Point {
  return { x: a.x + (b.x - a.x) * fraction, y: a.y + (b.y - a.y) * fraction };
}

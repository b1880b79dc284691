import type { Bitmap, ImageTensor } from './pixels.ts';
import { extentOf, isUpright, turned, type Quad } from './quad.ts';

/** Input height of the recognisers, in pixels. */
const lineHeight = 48;
const widest = 3200;
const narrowest = 16;

/** The quad as it is read: rounded to whole pixels where it is upright, rotated where the text runs upwards. */
export function readable(quad: Quad, page: { width: number; height: number }): Quad {
  const straight = isUpright(quad) ? snapped(quad, page) : quad;
  const { width, height } = extentOf(straight);
  return height >= 1.5 * width ? turned(straight) : straight;
}

/**
 * A line of a page as recogniser input: 48 pixels high, proportional width in multiples of 8, blue channel first, values
 * from -1 to 1. Bilinear; where the line is reduced, each pixel is the mean of several samples, so thin strokes remain.
 */
export function lineTensor(page: Bitmap, quad: Quad): ImageTensor {
  const { width: quadWidth, height: quadHeight } = extentOf(quad);
  const proportional = (lineHeight * quadWidth) / Math.max(1, quadHeight);
  const width = Math.ceil(Math.min(widest, Math.max(narrowest, proportional)) / 8) * 8;
  const samples = Math.min(4, Math.max(1, Math.round(quadHeight / lineHeight)));
  const data = new Float32Array(3 * lineHeight * width);
  for (let index = 0; index < samples * samples; index += 1) {
    addSample(page, quad, { data, width, height: lineHeight }, [
      ((index % samples) + 0.5) / samples,
      (Math.floor(index / samples) + 0.5) / samples,
    ]);
  }
  const scale = 1 / (127.5 * samples * samples);
  for (let index = 0; index < data.length; index += 1) data[index] = (data[index] ?? 0) * scale - 1;
  return { data, width, height: lineHeight };
}

/** Adds the page's colour at the point `within` (fractions) of every output pixel. Edges are repeated outwards. */
function addSample(page: Bitmap, quad: Quad, into: ImageTensor, within: readonly [number, number]): void {
  const { data: pixels, width: pageWidth } = page;
  const [lastX, lastY] = [pageWidth - 1, page.height - 1];
  const [origin, across, , down] = quad;
  const step = { x: (across.x - origin.x) / into.width, y: (across.y - origin.y) / into.width };
  const plane = into.width * into.height;
  let at = 0;
  for (let row = 0; row < into.height; row += 1) {
    const fraction = (row + within[1]) / into.height;
    let x = origin.x + (down.x - origin.x) * fraction + step.x * within[0] - 0.5;
    let y = origin.y + (down.y - origin.y) * fraction + step.y * within[0] - 0.5;
    for (let column = 0; column < into.width; column += 1, at += 1, x += step.x, y += step.y) {
      const insideX = x < 0 ? 0 : x > lastX ? lastX : x;
      const insideY = y < 0 ? 0 : y > lastY ? lastY : y;
      const left = insideX | 0;
      const top = insideY | 0;
      const fx = insideX - left;
      const fy = insideY - top;
      const a = (top * pageWidth + left) * 3;
      const b = left < lastX ? a + 3 : a;
      const below = top < lastY ? pageWidth * 3 : 0;
      const [wa, wb, wc, wd] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
      for (let channel = 0; channel < 3; channel += 1) {
        const colour =
          (pixels[a + channel] ?? 0) * wa +
          (pixels[b + channel] ?? 0) * wb +
          (pixels[a + below + channel] ?? 0) * wc +
          (pixels[b + below + channel] ?? 0) * wd;
        const target = (2 - channel) * plane + at;
        into.data[target] = (into.data[target] ?? 0) + colour;
      }
    }
  }
}

function snapped(
  [topLeft, topRight, bottomRight, bottomLeft]: Quad,
  page: { width: number; height: number },
): Quad {
  const left = Math.max(0, Math.floor(Math.min(topLeft.x, bottomLeft.x)));
  const top = Math.max(0, Math.floor(Math.min(topLeft.y, topRight.y)));
  const right = Math.min(page.width, Math.max(left + 2, Math.ceil(Math.max(topRight.x, bottomRight.x))));
  const bottom = Math.min(page.height, Math.max(top + 2, Math.ceil(Math.max(bottomLeft.y, bottomRight.y))));
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}

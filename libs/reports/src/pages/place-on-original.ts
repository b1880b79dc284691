import type { TextPage } from './text-page.ts';

/** A place on the original page as a share of its width and height, from the top left corner. */
export interface Share {
  readonly x: number;
  readonly y: number;
}

/**
 * Turns places in the page image into places on the original page: the image was made from the original by a clockwise
 * rotation about the centre, on a canvas just large enough, and this takes it back.
 */
export function placeOnOriginal({
  widthPx,
  heightPx,
  rotation,
  deskewDegrees,
}: Pick<TextPage, 'widthPx' | 'heightPx' | 'rotation' | 'deskewDegrees'>): (x: number, y: number) => Share {
  const clockwise = ((rotation + deskewDegrees) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(clockwise), Math.sin(clockwise)];
  const { width, height } = sizeBefore({ widthPx, heightPx, cos: Math.abs(cos), sin: Math.abs(sin) });
  return (x, y) => {
    const [right, down] = [x - widthPx / 2, y - heightPx / 2];
    return {
      x: (cos * right + sin * down) / width + 0.5,
      y: (cos * down - sin * right) / height + 0.5,
    };
  };
}

/** Size of a rectangle whose bounding box after a rotation is known. Skews of about 45 degrees, where it is not unique, do not occur. */
function sizeBefore(after: { widthPx: number; heightPx: number; cos: number; sin: number }): {
  width: number;
  height: number;
} {
  const { widthPx, heightPx, cos, sin } = after;
  const determinant = cos * cos - sin * sin;
  return {
    width: (widthPx * cos - heightPx * sin) / determinant,
    height: (heightPx * cos - widthPx * sin) / determinant,
  };
}

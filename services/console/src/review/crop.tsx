import type { UseQueryResult } from '@tanstack/react-query';
import type { Box } from '../model/view.ts';

/** The part of a page around a box. */
export function Crop(props: {
  readonly image: UseQueryResult<string>;
  readonly size: { readonly widthPx: number; readonly heightPx: number };
  readonly box: Box;
  readonly label: string;
}) {
  const { image, size, box, label } = props;
  if (image.data === undefined) return null;
  const [left, top, right, bottom] = box;
  const margin = Math.max(8, 0.25 * (bottom - top));
  const view = [left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin];
  return (
    <svg className="crop" role="img" aria-label={label} viewBox={view.join(' ')}>
      <image href={image.data} width={size.widthPx} height={size.heightPx} />
      <rect
        className="crop-box"
        x={left - 2}
        y={top - 2}
        width={right - left + 4}
        height={bottom - top + 4}
      />
    </svg>
  );
}

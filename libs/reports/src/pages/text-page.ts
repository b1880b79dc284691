import type { Line, PreparedPage } from '@docfleet/domain';

/** A page of a run as its renditions need it: where its words stand, and how its image was made from the original. */
export interface TextPage extends Pick<
  PreparedPage,
  'page' | 'widthPx' | 'heightPx' | 'dpi' | 'rotation' | 'deskewDegrees' | 'textLayer'
> {
  readonly lines: readonly Line[];
}

import type { Word } from '@docfleet/domain';
import type { PageLayout, Segment } from './layout.ts';

/** A possible value with its position. */
export interface FoundValue {
  readonly value: string;
  readonly normalised: string;
  readonly layout: PageLayout;
  /** The segment in which the value begins. */
  readonly segment: Segment;
  /** Start of the value in the text of its segment. */
  readonly start: number;
  /** End of the value in that text; the segment's end when it continues in others. */
  readonly end: number;
  readonly words: readonly Word[];
}

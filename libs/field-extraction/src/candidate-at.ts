import { unionOf } from '@docfleet/domain';
import type { Candidate, Features, FieldScope } from './candidate.ts';
import { placeFeatures } from './features.ts';
import { wordsIn, type PageLayout, type Segment } from './layout.ts';

/** Builds a candidate from a range of one segment's text. */
export function candidateAt(
  scope: FieldScope,
  layout: PageLayout,
  segment: Segment,
  found: { start: number; end: number; value: string; normalised: string },
  features: Features,
): Candidate {
  const words = wordsIn(segment, found.start, found.end);
  const box = unionOf(words.map((word) => word.box)) ?? segment.box;
  const { start, end, value, normalised } = found;
  const place = placeFeatures(scope, { layout, segment, start, box });
  return { value, normalised, layout, segment, start, end, words, box, features: { ...place, ...features } };
}

import { findPhrase, searchText } from '@docfleet/domain';
import type { Candidate, FieldScope } from './candidate.ts';
import { placeFeatures } from './features.ts';

/** Candidates of a field of shape `choice`: one for each choice whose phrases are on the pages, at its best position. */
export function choiceCandidates(scope: FieldScope): readonly Candidate[] {
  return scope.field.choices.flatMap(({ value, phrases }) => {
    const hits = scope.pages.flatMap((layout) =>
      layout.segments.flatMap((segment) => {
        const search = searchText(segment.text);
        const at = phrases.findIndex((phrase) => findPhrase(search, phrase) !== undefined);
        return at < 0 ? [] : [{ layout, segment, rank: at, alone: segment.text.length < 60 ? 1 : 0 }];
      }),
    );
    const best = [...hits].sort((a, b) => b.alone - a.alone || a.rank - b.rank)[0];
    if (best === undefined) return [];
    const { layout, segment } = best;
    const place = placeFeatures(scope, { layout, segment, start: 0, box: segment.box });
    return [
      {
        value,
        normalised: value,
        layout,
        segment,
        start: 0,
        end: segment.text.length,
        words: segment.words,
        box: segment.box,
        features: {
          ...place,
          'choice:alone': best.alone,
          'choice:first': best.rank === 0 ? 1 : 0,
          repeat: Math.min(3, Math.log2(hits.length)),
        },
      },
    ];
  });
}

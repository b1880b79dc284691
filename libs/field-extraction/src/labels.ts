import type { FieldDefinition, LabelPhrase } from '@docfleet/contracts';
import { findPhrase, findWholePhrase, searchText, type PhraseMatch } from '@docfleet/domain';
import { isBareLegalForm } from './legal-forms.ts';

/** How much a text labels a field, and how much it labels something else. */
export interface LabelScore {
  /** Weight of the strongest label of the field, from 0. */
  readonly pos: number;
  /** Weight of the strongest phrase to avoid, from 0. */
  readonly neg: number;
}

export const noLabel: LabelScore = { pos: 0, neg: 0 };

export interface FoundLabel extends PhraseMatch {
  readonly weight: number;
}

/** Finds a field's labels in texts; results are memoised, because columns and rows share labels. */
export interface LabelReader {
  /** Scores the text before or above a value; labels near its end count more. */
  score(text: string): LabelScore;
  /** Labels of the field in a text that are not part of a longer phrase to avoid. */
  labelsIn(text: string): readonly FoundLabel[];
}

/** Distance between a label and its value at which it counts half, in characters. */
const halfDistance = 18;

export function labelReader(field: FieldDefinition): LabelReader {
  const seen = new Map<string, { pos: readonly FoundLabel[]; neg: readonly FoundLabel[] }>();
  const read = (text: string): { pos: readonly FoundLabel[]; neg: readonly FoundLabel[] } => {
    const known = seen.get(text);
    if (known !== undefined) return known;
    const search = searchText(text);
    const find = (phrases: readonly LabelPhrase[], findIn: typeof findPhrase): FoundLabel[] =>
      phrases.flatMap(({ phrase, weight }) => {
        const match = findIn(search, phrase);
        return match === undefined ? [] : [{ ...match, weight }];
      });
    // In `Supplier Ltd` the word is part of a name.
    const pos = find(field.labels, findWholePhrase).filter(({ end }) => !isBareLegalForm(text.slice(end)));
    const neg = find(field.avoid, findPhrase);
    const judged = {
      pos: pos.filter((match) => !neg.some((other) => contains(other, match))),
      neg: neg.filter((match) => !pos.some((other) => contains(other, match))),
    };
    seen.set(text, judged);
    return judged;
  };
  return {
    score: (text) => {
      if (text === '') return noLabel;
      const { pos, neg } = read(text);
      const strongest = (matches: readonly FoundLabel[]): number =>
        matches.reduce(
          (best, match) => Math.max(best, near(match, text) * match.weight * match.similarity),
          0,
        );
      return { pos: strongest(pos), neg: strongest(neg) };
    },
    labelsIn: (text) => read(text).pos,
  };
}

function near(match: PhraseMatch, text: string): number {
  return halfDistance / (halfDistance + Math.max(0, text.trimEnd().length - match.end - 1));
}

/** A longer phrase that contains a shorter one takes precedence: `sub total` is not `total`. */
function contains(outer: PhraseMatch, inner: PhraseMatch): boolean {
  return (
    outer.start <= inner.start && outer.end >= inner.end && outer.end - outer.start > inner.end - inner.start
  );
}

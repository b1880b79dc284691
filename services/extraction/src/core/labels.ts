import type { FieldDefinition, LabelPhrase } from '@docfleet/contracts';
import { findPhrase, findWholePhrase, searchText, type PhraseMatch } from '@docfleet/domain';

/** How much a text names a field, and how much it names something else. */
export interface LabelScore {
  /** Weight of the nearest telling label, from 0. */
  readonly pos: number;
  /** Weight of words that speak against the field, from 0. */
  readonly neg: number;
}

export const noLabel: LabelScore = { pos: 0, neg: 0 };

export interface FoundLabel extends PhraseMatch {
  readonly weight: number;
}

/** Finds a field's label words in texts; remembers what it has seen, because columns and rows share labels. */
export interface LabelReader {
  /** Judges text that stands before (or over) a value; labels near its end count more. */
  score(text: string): LabelScore;
  /** Labels of the field in a text that are not part of a longer word for something else. */
  labelsIn(text: string): readonly FoundLabel[];
}

/** Letters between a label and its value after which it counts half. */
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
    const pos = find(field.labels, findWholePhrase);
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

/** A longer phrase over a shorter one decides what the words mean: `sub total` is not `total`. */
function contains(outer: PhraseMatch, inner: PhraseMatch): boolean {
  return (
    outer.start <= inner.start && outer.end >= inner.end && outer.end - outer.start > inner.end - inner.start
  );
}

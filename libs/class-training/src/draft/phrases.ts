import type { LabelPhrase } from '@docfleet/contracts';
import { foldPhrase } from '@docfleet/domain';
import { endingPhrases, type Surroundings } from './surroundings.ts';

/** Most label words, and most phrases to avoid, of a field. */
const maxPhrases = 12;

/**
 * The phrases that name a value, from what stands around it in each example: of those that end the text left of it the one
 * that most examples share, the longest of them. What stands above counts where more examples share it.
 */
export function labelPhrases(around: readonly Surroundings[]): readonly string[] {
  const left = supportOf(around.map((one) => one.left));
  const above = supportOf(around.map((one) => one.above));
  const chosen = around.flatMap((one) => {
    const beside = best(one.left, left);
    const over = best(one.above, above);
    if (over !== undefined && over.support > Math.max(1, beside?.support ?? 0)) return [over];
    return beside === undefined ? [] : [beside];
  });
  // What only one example has may be a value of another kind; where none is shared, it is all that there is.
  const shared = chosen.filter(({ support }) => support >= 2);
  const kept = shared.length > 0 ? shared : chosen;
  return unique(kept.sort((a, b) => b.support - a.support).map(({ phrase }) => phrase)).slice(0, maxPhrases);
}

/**
 * Phrases that at least two examples have beside other values of the type, the longest that they share, without those that
 * name the field.
 */
export function phrasesToAvoid(
  others: readonly (readonly Surroundings[])[],
  labels: readonly string[],
): readonly string[] {
  const names = new Set(labels.map(foldPhrase));
  const support = new Map<string, number>();
  for (const example of others) {
    const folded = new Set(example.flatMap(({ left }) => endingPhrases(left).map(foldPhrase)));
    for (const phrase of folded) support.set(phrase, (support.get(phrase) ?? 0) + 1);
  }
  const found = others
    .flat()
    .flatMap(({ left }) => best(left, support) ?? [])
    .filter((one) => one.support >= 2 && !names.has(foldPhrase(one.phrase)))
    .sort((a, b) => b.support - a.support);
  return unique(found.map(({ phrase }) => phrase)).slice(0, maxPhrases);
}

/** A phrase that also stands beside other values of the type is a usual label (1), else a telling one (2). */
export function weighted(
  labels: readonly string[],
  others: readonly (readonly Surroundings[])[],
): readonly LabelPhrase[] {
  const elsewhere = new Set(
    others
      .flat()
      .flatMap(({ left, above }) => [...endingPhrases(left), ...endingPhrases(above)].map(foldPhrase)),
  );
  return labels.map((phrase) => ({ phrase, weight: elsewhere.has(foldPhrase(phrase)) ? 1 : 2 }));
}

interface Supported {
  readonly phrase: string;
  /** Examples that have it. */
  readonly support: number;
}

function supportOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const support = new Map<string, number>();
  for (const text of texts) {
    for (const folded of new Set(endingPhrases(text).map(foldPhrase)))
      support.set(folded, (support.get(folded) ?? 0) + 1);
  }
  return support;
}

/** The phrase with the most support that ends a text; `endingPhrases` has the longest first, and it wins a tie. */
function best(text: string, support: ReadonlyMap<string, number>): Supported | undefined {
  return endingPhrases(text)
    .map((phrase) => ({ phrase, support: support.get(foldPhrase(phrase)) ?? 0 }))
    .reduce<Supported | undefined>((top, one) => (one.support > (top?.support ?? 0) ? one : top), undefined);
}

function unique(phrases: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return phrases.filter((phrase) => {
    const folded = foldPhrase(phrase);
    if (folded === '' || seen.has(folded)) return false;
    seen.add(folded);
    return true;
  });
}

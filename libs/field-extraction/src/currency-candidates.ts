import { currencyOf } from '@docfleet/domain';
import { candidateAt } from './candidate-at.ts';
import type { Candidate, FieldScope } from './candidate.ts';

/** Candidates of currencies: one for each currency beside amounts or as a code. */
export function currencyCandidates(scope: FieldScope): readonly Candidate[] {
  const seen = new Map<string, { candidate: Candidate; count: number }>();
  for (const layout of scope.pages) {
    for (const segment of layout.segments) {
      for (const [i, word] of segment.words.entries()) {
        const code = currencyOf(word.text.replace(/^[\d.,\s(-]+|[\d.,)\s-]+$/g, ''));
        if (code === undefined) continue;
        const known = seen.get(code);
        if (known !== undefined) {
          seen.set(code, { ...known, count: known.count + 1 });
          continue;
        }
        const start = segment.wordStarts[i] ?? 0;
        const found = { start, end: start + word.text.length, value: word.text, normalised: code };
        seen.set(code, { candidate: candidateAt(scope, layout, segment, found, {}), count: 1 });
      }
    }
  }
  const total = [...seen.values()].reduce((sum, { count }) => sum + count, 0);
  return [...seen.values()].map(({ candidate, count }) => ({
    ...candidate,
    features: { ...candidate.features, repeat: Math.log2(count), share: count / total },
  }));
}

import { findCurrencies, type SeenCurrency } from '@docfleet/domain';
import { candidateAt } from './candidate-at.ts';
import type { Candidate, FieldScope } from './candidate.ts';
import type { PageLayout, Segment } from './layout.ts';

interface Found extends SeenCurrency {
  readonly layout: PageLayout;
  readonly segment: Segment;
}

/** Currencies that write `$` before their amounts. */
const dollars: ReadonlySet<string> = new Set('USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP FJD'.split(' '));

/** What says that a document is from a country with a dollar of its own: company forms, registers, taxes, postcodes. */
const otherDollarCountry =
  /\b(?:PTY\.? LTD|PTE\.? LTD|A\.?B\.?N|NZBN|HST|QST|GST\/HST|[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d)\b/i;

/** Candidates of currencies: one for each currency beside amounts, as a code or in words. */
export function currencyCandidates(scope: FieldScope): readonly Candidate[] {
  const all = scope.pages.flatMap((layout) =>
    layout.segments.flatMap((segment) =>
      findCurrencies(segment.text).map((seen): Found => ({ ...seen, layout, segment })),
    ),
  );
  const found = withMeantSigns(scope, all);
  const byCode = Map.groupBy(found, ({ code }) => code);
  return [...byCode].flatMap(([code, places]) => {
    const first = places.find(({ mark }) => mark === 'stated') ?? places[0];
    if (first === undefined) return [];
    const { layout, segment, start, end } = first;
    const value = segment.text.slice(start, end);
    const candidate = candidateAt(scope, layout, segment, { start, end, value, normalised: code }, {});
    const features = { repeat: Math.log2(places.length), share: places.length / found.length };
    return [{ ...candidate, features: { ...candidate.features, ...features } }];
  });
}

/**
 * A sign that several currencies share means the one that the document states; where it states several, or is from a
 * country with a dollar of its own and states none, the sign says nothing: a gap and no guess.
 */
function withMeantSigns(scope: FieldScope, found: readonly Found[]): readonly Found[] {
  const stated = new Set(found.filter(({ mark }) => mark === 'stated').map(({ code }) => code));
  return found.flatMap((one) => {
    if (one.mark === 'stated') return [one];
    const meant = dollars.has(one.code) ? [...stated].filter((code) => dollars.has(code)) : [];
    const [only] = meant;
    if (only !== undefined) return meant.length === 1 ? [{ ...one, code: only }] : [];
    const isElsewhere =
      dollars.has(one.code) &&
      scope.pages.some(({ segments }) => segments.some(({ text }) => otherDollarCountry.test(text)));
    return isElsewhere ? [] : [one];
  });
}

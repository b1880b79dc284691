import { currencyOf, findMoney, isInside, type SeenMoney } from '@docfleet/domain';
import { candidateAt } from './candidate-at.ts';
import type { Candidate, FieldScope } from './candidate.ts';
import { rightOf, type PageLayout, type Segment } from './layout.ts';

/** Candidates of amounts: with two decimals, or with a currency; in the currency of the document where it has several. */
export function moneyCandidates(scope: FieldScope): readonly Candidate[] {
  const found = scope.pages.flatMap((layout) =>
    layout.segments.flatMap((segment) => amountsIn(segment).map((seen) => ({ layout, segment, seen }))),
  );
  const main = mainCurrency(found.map(({ seen }) => seen.currency));
  const candidates = withSetFeatures(
    found
      .filter(({ seen }) => main === undefined || seen.currency === undefined || seen.currency === main)
      .map(({ layout, segment, seen }) => moneyCandidate(scope, layout, segment, seen)),
  );
  return scope.field.labels.length === 0 ? candidates : withoutItems(scope, candidates);
}

/**
 * An amount that no label names anywhere is no total where it is one of an item: in a row of a table, or beside another
 * amount. Elsewhere its label may be unknown or misread: it stays, marked as unlabelled.
 */
function withoutItems(scope: FieldScope, candidates: readonly Candidate[]): readonly Candidate[] {
  const isItem = new Map(candidates.map((candidate) => [candidate, isOfItem(scope, candidate)]));
  const named = new Set(
    candidates.flatMap((candidate) => {
      const { features, normalised } = candidate;
      const header = isItem.get(candidate) === true ? 0 : (features['label:header'] ?? 0);
      return (features['label'] ?? 0) + header > 0 ? [normalised] : [];
    }),
  );
  return candidates.flatMap((candidate) => {
    if (named.has(candidate.normalised)) return [candidate];
    if (isItem.get(candidate) === true) return [];
    return [{ ...candidate, features: { ...candidate.features, 'money:unlabelled': 1 } }];
  });
}

function isOfItem({ rows }: FieldScope, { layout, segment, features }: Candidate): boolean {
  const isInRow = rows.some(
    ({ provenance: { page, box } }) => page === layout.page && isInside(segment, box),
  );
  const line = layout.rows[segment.row] ?? [];
  const hasText = line.some(({ text }) => /\p{L}{3}/u.test(text) && currencyOf(text) === undefined);
  const hasOthers =
    line.flatMap((other) => findMoney(other.text).filter((seen) => isPlausibleAmount(seen, other))).length >
    1;
  return isInRow || (hasText && hasOthers && (features['label:header'] ?? 0) === 0);
}

/** Gaps between two words up to this many line heights may be within a number; wider ones separate two numbers. */
const widestGapInHeights = 0.6;

/**
 * The text of a segment in which the space between two numbers says what its width says: unbreakable where the two may be
 * one number (`1 234.50`), a wide one where they are not. Positions stay true.
 */
function withKnownGaps({ text, words, wordStarts, heightPx }: Segment): string {
  let known = text;
  for (const [i, word] of words.entries()) {
    const before = words[i - 1];
    if (before === undefined || !/\d$/.test(before.text) || !/^\d/.test(word.text)) continue;
    const at = (wordStarts[i] ?? 1) - 1;
    const isNarrow = word.box[0] - before.box[2] <= widestGapInHeights * heightPx;
    known = `${known.slice(0, at)}${isNarrow ? '\u00a0' : '\u2003'}${known.slice(at + 1)}`;
  }
  return known;
}

/** The currency of most amounts, where it stands at twice as many as any other. */
function mainCurrency(currencies: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const code of currencies) if (code !== undefined) counts.set(code, (counts.get(code) ?? 0) + 1);
  const [most, second] = [...counts].sort(([, a], [, b]) => b - a);
  return most !== undefined && most[1] >= 2 * (second?.[1] ?? 0) ? most[0] : undefined;
}

/** The amounts in a segment: with two decimals, or with a currency. */
export function amountsIn(segment: Segment): readonly SeenMoney[] {
  return findMoney(withKnownGaps(segment)).filter((seen) => isPlausibleAmount(seen, segment));
}

function isPlausibleAmount(seen: SeenMoney, segment: Segment): boolean {
  const digits = segment.text.slice(seen.start, seen.end).replace(/\D/g, '').length;
  if (digits > 11) return false;
  return seen.decimals === 2 || (seen.currency !== undefined && seen.decimals < 2);
}

function moneyCandidate(scope: FieldScope, layout: PageLayout, segment: Segment, seen: SeenMoney): Candidate {
  // A separate currency is not part of the printed amount; `RM9.00` is one word.
  const value = segment.text
    .slice(seen.start, seen.end)
    .trim()
    .replace(/^\D{1,4}\s(?=[\d.])|(?<=\d)\s\D{1,4}$/g, '');
  const next = layout.rows[segment.row + 1] ?? [];
  return candidateAt(
    scope,
    layout,
    segment,
    { ...seen, value, normalised: seen.amount },
    {
      'money:currency': seen.currency === undefined ? 0 : 1,
      'money:two': seen.decimals === 2 ? 1 : 0,
      'money:zero': Number(seen.amount) === 0 ? 1 : 0,
      'money:negative': seen.amount.startsWith('-') ? 1 : 0,
      'money:inText': segment.text.length - value.length > 40 ? 1 : 0,
      'row:last':
        rightOf(layout, segment) === undefined && seen.end >= segment.text.trimEnd().length - 3 ? 1 : 0,
      'next:empty': next.length === 0 ? 1 : 0,
    },
  );
}

/** Features that depend on all amounts: the largest, repeated ones, sums and differences. */
function withSetFeatures(candidates: readonly Candidate[]): readonly Candidate[] {
  const cents = candidates.map((candidate) => Math.round(Number(candidate.normalised) * 100));
  const distinct = [...new Set(cents)].sort((a, b) => b - a);
  const known = new Set(distinct);
  const counts = new Map<number, number>();
  for (const value of cents) counts.set(value, (counts.get(value) ?? 0) + 1);
  const labelOf = new Map<number, number>();
  for (const [i, candidate] of candidates.entries()) {
    const value = cents[i] ?? 0;
    labelOf.set(value, Math.max(labelOf.get(value) ?? 0, candidate.features['label'] ?? 0));
  }
  const roles = arithmeticRoles(distinct.slice(0, 60), known);
  return candidates.map((candidate, i) => {
    const value = cents[i] ?? 0;
    return {
      ...candidate,
      features: {
        ...candidate.features,
        'money:max': value === distinct[0] ? 1 : 0,
        'money:second': value === distinct[1] ? 1 : 0,
        'money:rank': 1 / (1 + distinct.indexOf(value)),
        repeat: Math.log2(counts.get(value) ?? 1),
        'money:support': labelOf.get(value) ?? 0,
        'money:rounded': value % 5 === 0 && hasTwin(value, known, (twin) => twin % 5 !== 0) ? 1 : 0,
        'money:unrounded': value % 5 !== 0 && hasTwin(value, known, (twin) => twin % 5 === 0) ? 1 : 0,
        'money:sum': roles.sums.has(value) ? 1 : 0,
        'money:paid': roles.paid.has(value) ? 1 : 0,
        last: i === candidates.length - 1 ? 1 : 0,
      },
    };
  });
}

/** Cash totals are rounded to five cents: receipts show the rounded and the exact amount, one or two cents apart. */
function hasTwin(value: number, known: ReadonlySet<number>, wanted: (twin: number) => boolean): boolean {
  return [-2, -1, 1, 2].some((cents) => value > 2 && known.has(value + cents) && wanted(value + cents));
}

/** Amounts that are the sum of two others (net + tax), or the difference of two (cash - change). */
function arithmeticRoles(
  distinct: readonly number[],
  known: ReadonlySet<number>,
): { sums: ReadonlySet<number>; paid: ReadonlySet<number> } {
  const sums = new Set<number>();
  const paid = new Set<number>();
  for (const [i, larger] of distinct.entries()) {
    for (const smaller of distinct.slice(i + 1)) {
      if (smaller <= 0) break;
      const rest = larger - smaller;
      if (rest > 0 && rest <= smaller && known.has(rest)) {
        sums.add(larger);
        paid.add(smaller);
      }
    }
  }
  return { sums, paid };
}

import { findMoney, type SeenMoney } from '@docfleet/domain';
import { candidateAt } from './candidate-at.ts';
import type { Candidate, FieldScope } from './candidate.ts';
import { rightOf, type PageLayout, type Segment } from './layout.ts';

/** Candidates of amounts: with two decimals, or with a currency. */
export function moneyCandidates(scope: FieldScope): readonly Candidate[] {
  const found = scope.pages.flatMap((layout) =>
    layout.segments.flatMap((segment) =>
      amountsIn(segment).map((seen) => moneyCandidate(scope, layout, segment, seen)),
    ),
  );
  return withSetFeatures(found);
}

/** The amounts in a segment: with two decimals, or with a currency. */
export function amountsIn(segment: Segment): readonly SeenMoney[] {
  return findMoney(segment.text).filter((seen) => isPlausibleAmount(seen, segment));
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

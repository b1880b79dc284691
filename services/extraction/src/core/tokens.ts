import { currencyOf, findDates, findMoney, unionOf, type SeenDate, type SeenMoney } from '@docfleet/domain';
import type { Candidate, Features, FieldScope } from './candidate.ts';
import { placeFeatures } from './features.ts';
import { rightOf, wordsIn, type PageLayout, type Segment } from './layout.ts';

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

/** Candidates of amounts: with two decimals, or with a currency. */
export function moneyCandidates(scope: FieldScope): readonly Candidate[] {
  const found = scope.pages.flatMap((layout) =>
    layout.segments.flatMap((segment) =>
      findMoney(segment.text)
        .filter((seen) => isPlausibleAmount(seen, segment))
        .map((seen) => moneyCandidate(scope, layout, segment, seen)),
    ),
  );
  return withSetFeatures(found);
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

export function dateCandidates(scope: FieldScope): readonly Candidate[] {
  const order = scope.documentClass.dateOrder;
  const found = scope.pages.flatMap((layout) =>
    layout.segments.flatMap((segment) => {
      const dates = findDates(segment.text, order);
      return dates.map((seen, i) =>
        candidateAt(
          scope,
          layout,
          segment,
          { ...seen, value: segment.text.slice(seen.start, seen.end).trim(), normalised: seen.iso },
          {
            [`form:${seen.form}`]: 1,
            ...dateContext(layout, segment, dates, i, order),
          },
        ),
      );
    }),
  );
  const days = found.map((candidate) => candidate.normalised).sort();
  return found.map((candidate, i) => ({
    ...candidate,
    features: {
      ...candidate.features,
      first: 1 / (1 + i),
      last: i === found.length - 1 ? 1 : 0,
      repeat: Math.log2(days.filter((day) => day === candidate.normalised).length),
      'date:earliest': candidate.normalised === days[0] ? 1 : 0,
      'date:latest': candidate.normalised === days.at(-1) ? 1 : 0,
      'date:recent': clamp01((Number(candidate.normalised.slice(0, 4)) - 1990) / 40),
      ...nearFeatures(scope.near, candidate),
    },
  }));
}

function dateContext(
  layout: PageLayout,
  segment: Segment,
  dates: readonly SeenDate[],
  i: number,
  order: 'day-first' | 'month-first',
): Features {
  const seen = dates[i];
  if (seen === undefined) return {};
  const after = segment.text.slice(seen.end);
  const next = rightOf(layout, segment)?.text ?? '';
  const row = layout.rows[segment.row] ?? [];
  const before = row[row.indexOf(segment) - 1]?.text ?? '';
  const joins = /^\s*(-|–|to|thru|through|bis|au|\/)\s*$/i;
  const startsRange =
    (dates[i + 1] !== undefined && joins.test(segment.text.slice(seen.end, dates[i + 1]?.start))) ||
    (dates[i + 1] === undefined && /^\s*[-–]?\s*$/.test(after) && /^\s*[-–]/.test(after + next)) ||
    (/^\s*$/.test(after) && i === dates.length - 1 && startsWithDate(next, order));
  const endsRange =
    (dates[i - 1] !== undefined && joins.test(segment.text.slice(dates[i - 1]?.end, seen.start))) ||
    (i === 0 && /^\s*[-–]\s*$/.test(segment.text.slice(0, seen.start))) ||
    (i === 0 && seen.start === 0 && endsWithDate(before, order));
  return {
    'date:startsRange': startsRange ? 1 : 0,
    'date:endsRange': endsRange ? 1 : 0,
    'date:time': /^\W{0,4}\d{1,2}\s?:\s?\d{2}/.test(`${after} ${next}`) ? 1 : 0,
    alone: seen.end - seen.start >= segment.text.trim().length - 1 ? 1 : 0,
    'date:inText': segment.text.length - (seen.end - seen.start) > 45 ? 1 : 0,
  };
}

function startsWithDate(text: string, order: 'day-first' | 'month-first'): boolean {
  return findDates(text, order)[0]?.start === 0;
}

function endsWithDate(text: string, order: 'day-first' | 'month-first'): boolean {
  const last = findDates(text, order).at(-1);
  return last !== undefined && /^\s*[-–]?\s*$/.test(text.slice(last.end));
}

function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** Position of a date in relation to the one it is `near`: after it, beside it, as the end of the same range. */
function nearFeatures(near: Candidate | undefined, candidate: Candidate): Features {
  if (near === undefined) return {};
  const sameRow = near.layout === candidate.layout && near.segment.row === candidate.segment.row;
  const after =
    sameRow &&
    (candidate.segment.index > near.segment.index ||
      (candidate.segment === near.segment && candidate.start > near.start));
  return {
    'near:itself': near.segment === candidate.segment && near.start === candidate.start ? 1 : 0,
    'near:before': candidate.normalised < near.normalised ? 1 : 0,
    'near:same': candidate.normalised === near.normalised ? 1 : 0,
    'near:row': after ? 1 : 0,
    'near:next': after && candidate.segment.index - near.segment.index <= 1 ? 1 : 0,
    'near:below':
      near.layout === candidate.layout &&
      candidate.segment.row - near.segment.row === 1 &&
      Math.abs(candidate.box[0] - near.box[0]) < near.layout.lineHeightPx
        ? 1
        : 0,
  };
}

/** Candidates of identifiers: words that the field's pattern matches completely, without punctuation at their ends. */
export function identifierCandidates(scope: FieldScope): readonly Candidate[] {
  const pattern = new RegExp(`^(?:${scope.field.pattern ?? '[A-Z0-9][A-Z0-9./-]{2,}'})$`, 'i');
  const order = scope.documentClass.dateOrder;
  const found = scope.pages.flatMap((layout) =>
    layout.segments.flatMap((segment) =>
      segment.words.flatMap((word, i) => {
        const lead = /^[^A-Za-z0-9]*/.exec(word.text)?.[0].length ?? 0;
        const value = word.text.slice(lead).replace(/[^A-Za-z0-9]+$/, '');
        const colon = value.lastIndexOf(':') + 1;
        const id = value.slice(colon);
        if (!pattern.test(id)) return [];
        const start = (segment.wordStarts[i] ?? 0) + lead + colon;
        return [
          candidateAt(
            scope,
            layout,
            segment,
            { start, end: start + id.length, value: id, normalised: id.toUpperCase() },
            identifierFeatures(segment, start, id, order),
          ),
        ];
      }),
    ),
  );
  const counts = new Map<string, number>();
  for (const { normalised } of found) counts.set(normalised, (counts.get(normalised) ?? 0) + 1);
  return found.map((candidate, i) => ({
    ...candidate,
    features: {
      ...candidate.features,
      first: 1 / (1 + i),
      repeat: Math.log2(counts.get(candidate.normalised) ?? 1),
    },
  }));
}

function identifierFeatures(
  segment: Segment,
  start: number,
  id: string,
  order: 'day-first' | 'month-first',
): Features {
  const digits = id.replace(/\D/g, '').length;
  const end = start + id.length;
  const around = segment.text.slice(Math.max(0, start - 3), end + 3);
  return {
    'id:digits': Math.min(1, digits / 10),
    'id:short': id.length < 4 ? 1 : 0,
    'id:long': id.length > 12 ? 1 : 0,
    'id:letters': /[A-Za-z]/.test(id) ? 1 : 0,
    'id:dash': id.includes('-') ? 1 : 0,
    'id:year': /^(19|20)\d\d$/.test(id) ? 1 : 0,
    'id:date': findDates(segment.text, order).some((seen) => seen.start < end && start < seen.end) ? 1 : 0,
    'id:money': /[$€£]\s?\d|\d[.,]\d\d(?!\d)|%/.test(around) ? 1 : 0,
    'id:phone': /\(\d{3}\)|\d{3}-\d{4}|\+\d\d/.test(segment.text) ? 1 : 0,
    'id:postcode':
      /^\d{5}(-\d{4})?$/.test(id) &&
      /^[A-Z]{2}\s|,\s*[A-Z]{2}\s*$/.test(segment.text.slice(0, start).slice(-5))
        ? 1
        : 0,
    alone: id.length >= segment.text.trim().length - 2 ? 1 : 0,
    hash: /#\s*$|N[o°r]\.?:?\s*$|:\s*$/i.test(segment.text.slice(0, start)) ? 1 : 0,
  };
}

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

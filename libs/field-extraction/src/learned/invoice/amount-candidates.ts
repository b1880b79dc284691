import { findMoney } from '@docfleet/domain';
import { wordsIn } from '../../layout.ts';
import { featureRow, type ScoredCandidate } from './candidate-rows.ts';
import { contextOf, type Line, type LineDocument } from './lines.ts';
import { either, noMask, type Mask } from './patterns.ts';

export const amountNumbers = [
  'page',
  'pagesAfter',
  'right',
  'wordLeft',
  'top',
  'height',
  'value',
  'share',
  'largest',
  'zero',
  'negative',
  'sameValue',
  'sameNegative',
  'grossByRate',
  'taxByRate',
  'sums',
  'summand',
  'later',
  'laterShare',
  'order',
  'count',
  'rowLength',
  'wordIndex',
  'wordCount',
  'percentInRow',
  'amountsInRow',
  'derived',
] as const;
export const amountTexts = [
  'before',
  'left',
  'above',
  'above2',
  'head',
  'overHead',
  'heading',
  'rowLeft',
] as const;

interface Seen {
  readonly cents: number;
  readonly value: string;
  readonly line: Line;
  readonly start: number;
  readonly end: number;
}

/** Rates of value added and sales taxes that arithmetic is tried with, in per cent. */
const rates = [19, 7, 20, 5.5, 10, 16, 5, 21, 22, 9, 25, 8.1, 7.7, 2.5, 18, 12, 28, 23] as const;

/** Candidates of amounts: those that are printed, and sums of two printed taxes that close net + tax = gross. */
export function amountCandidates(document: LineDocument): readonly ScoredCandidate[] {
  const seen = document.lines.flatMap((line): Seen[] =>
    findMoney(line.text)
      .filter(
        ({ decimals, start, end }) =>
          decimals === 2 && line.text.slice(start, end).replace(/\D/g, '').length <= 11,
      )
      .map(({ amount, start, end }) => ({
        cents: Math.round(Number(amount) * 100),
        value: line.text.slice(start, end).trim(),
        line,
        start,
        end,
      })),
  );
  const known = new Set(seen.map(({ cents }) => cents));
  const isKnown = (cents: number): boolean => known.has(cents) || known.has(-cents);
  const sizes = [...new Set(seen.map(({ cents }) => Math.abs(cents)))];
  const largest = Math.max(1, ...sizes);
  const counts = new Map<number, number>();
  for (const { cents } of seen) counts.set(cents, (counts.get(cents) ?? 0) + 1);
  const found = seen.map((one, index): ScoredCandidate => {
    const size = Math.abs(one.cents);
    const laterCount = seen.length - 1 - lastOfRow(seen, index);
    const wordIndex = one.line.segment.wordStarts.findLastIndex((from) => from <= one.start);
    const numbers = [
      one.line.pageIndex,
      document.pageCount - one.line.pageIndex,
      one.line.right,
      leftOfWord(one),
      one.line.top,
      one.line.height / document.height,
      one.cents / 100,
      size / largest,
      size === largest,
      one.cents === 0,
      one.cents < 0,
      counts.get(one.cents) ?? 0,
      counts.get(-one.cents) ?? 0,
      rates.some((rate) => isGrossOf(size, rate, isKnown)),
      rates.some((rate) => isTaxOf(size, rate, isKnown)),
      Math.min(9, sizes.filter((other) => other > 0 && other < size && isKnown(size - other)).length),
      Math.min(9, sizes.filter((other) => other > 0 && isKnown(other + size)).length),
      laterCount,
      laterCount / seen.length,
      index / seen.length,
      seen.length,
      one.line.row.length,
      wordIndex,
      one.line.segment.words.length,
      one.line.row.some(({ text }) => text.includes('%')),
      seen.filter(({ line }) => line.row === one.line.row).length,
      0,
    ];
    const masks = [
      ...contextOf(document, one.line, Math.max(0, wordIndex), 6),
      columnHeading(one.line),
      rowLeft(one.line),
    ];
    return {
      value: one.value,
      normalised: decimalOf(one.cents),
      line: one.line,
      start: one.start,
      end: one.end,
      words: wordsIn(one.line.segment, one.start, one.end),
      features: featureRow(numbers, masks),
    };
  });
  return [...found, ...sumsOfTaxes(found, known)];
}

const decimalOf = (cents: number): string => (cents / 100).toFixed(2);
const leftOfWord = ({ line, start }: Seen): number =>
  (wordsIn(line.segment, start, start + 1)[0]?.box[0] ?? 0) / line.layout.widthPx;

/** Index of the last amount in the row of one. */
function lastOfRow(seen: readonly Seen[], index: number): number {
  let last = index;
  while (seen[last + 1]?.line.row === seen[index]?.line.row && last + 1 < seen.length) last += 1;
  return last;
}

/** Whether net and tax of a gross amount at a rate are printed, within a cent. */
function isGrossOf(gross: number, rate: number, isKnown: (cents: number) => boolean): boolean {
  if (gross < 6) return false;
  const net = Math.round(gross / (1 + rate / 100));
  return [-1, 0, 1].some((cents) => isKnown(net + cents) && isKnown(gross - net - cents));
}

/** Whether the base of a tax at a rate is printed, within what rounding allows. */
function isTaxOf(tax: number, rate: number, isKnown: (cents: number) => boolean): boolean {
  if (tax < 6) return false;
  const base = Math.round((tax * 100) / rate);
  const slack = Math.max(3, Math.floor(60 / rate));
  for (let cents = base - slack; cents <= base + slack; cents += 1) if (isKnown(cents)) return true;
  return false;
}

/** Patterns of the first line above without an amount. */
function columnHeading(line: Line): Mask {
  let other = line.above;
  for (let step = 0; step < 8 && other !== undefined; step += 1) {
    if (!/\d[.,]\d\d\b/.test(other.text)) return other.mask;
    other = other.above;
  }
  return noMask;
}

const rowLeft = (line: Line): Mask =>
  either(line.row.filter(({ left }) => left < line.left).map(({ mask }) => mask));

const taxByRateAt = amountNumbers.indexOf('taxByRate');

/** Sums of two taxes that no amount shows, where gross less the sum is printed. */
function sumsOfTaxes(
  found: readonly ScoredCandidate[],
  known: ReadonlySet<number>,
): readonly ScoredCandidate[] {
  const centsOf = ({ normalised }: ScoredCandidate): number => Math.round(Number(normalised) * 100);
  const taxes = new Map(
    found
      .filter((one) => one.features[taxByRateAt] === 1 && centsOf(one) !== 0)
      .map((one) => [centsOf(one), one]),
  );
  const list = [...taxes].sort(([a], [b]) => Math.abs(a) - Math.abs(b)).slice(0, 14);
  const sums = new Map<number, ScoredCandidate>();
  for (const [index, [first, candidate]] of list.entries()) {
    for (const [second] of list.slice(index + 1)) {
      const cents = first + second;
      if (cents === 0 || known.has(cents) || sums.has(cents)) continue;
      const closing = [...known].filter(
        (gross) => Math.abs(gross) > Math.abs(cents) && known.has(gross - cents),
      );
      if (closing.length === 0) continue;
      const features = candidate.features.slice();
      const shareAt = amountNumbers.indexOf('share');
      features[amountNumbers.indexOf('value')] = cents / 100;
      features[shareAt] = ((features[shareAt] ?? 0) * cents) / first;
      features[amountNumbers.indexOf('summand')] = Math.min(9, closing.length);
      features[amountNumbers.indexOf('derived')] = 1;
      const normalised = decimalOf(cents);
      sums.set(cents, { ...candidate, value: normalised, normalised, features });
    }
  }
  return [...sums.values()];
}

import type { NetLine } from './lines.ts';
import type { WordReader } from './patterns.ts';
import type { SeenValue } from './seen-values.ts';

const twoLetters = /\p{L}{2}/u;

/** Usual rates of value added tax, goods and services tax and service charges, in per cent. */
const taxRates = [5, 6, 7, 8, 10, 12, 15, 16, 19, 20, 21, 22] as const;

/** Features of amounts: size, repetition, arithmetic with the others, words at them. */
export function amountFeatures(
  lines: readonly NetLine[],
  amounts: readonly SeenValue[],
  words: WordReader,
): readonly Float32Array[] {
  const cents = amounts.map(({ value }) => Math.round(Number(value) * 100));
  const known = new Set(cents.filter((value) => value > 0));
  const sorted = [...known].sort((a, b) => b - a);
  const counts = new Map<number, number>();
  for (const value of cents) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sums = runningSums(cents.filter((value) => value > 0));
  const near = (value: number): boolean => [-1, 0, 1].some((off) => known.has(Math.round(value) + off));
  return amounts.map((amount, i) => {
    const value = cents[i] ?? 0;
    const larger = sorted.filter((other) => other > value);
    const { label, above } = wordsAt(lines, amount);
    const text = lines[amount.line]?.text ?? '';
    return Float32Array.from(
      [
        value === sorted[0],
        (known.has(value) ? Math.min(9, sorted.indexOf(value)) : 9) / 5,
        Math.log(1 + (counts.get(value) ?? 0)),
        Math.log1p(Math.max(0, value) / 100) / 5,
        value <= 0,
        value % 5 === 0,
        value % 100 === 0,
        larger.some((other) => known.has(other - value)),
        larger.some((other) => other % 100 === 0 && known.has(other - value)),
        sorted.some((other) => other !== value && Math.abs(other - value) <= 4),
        sorted.some((other) => other < value && known.has(value - other)),
        value > 0 && taxRates.some((rate) => near((value * rate) / (100 + rate))),
        value > 0 && taxRates.some((rate) => near((value * 100) / (100 + rate))),
        sums.has(value),
        amount.order / 2,
        Math.min(6, amount.inLine) / 3,
        amount.order === amount.inLine - 1,
        words('total', label),
        words('part', label),
        words('final', label),
        words('paid', label),
        words('returned', label),
        words('currency', text.slice(Math.max(0, amount.start - 4), amount.end)),
        words('total', above),
      ].map(Number),
    );
  });
}

/** Sums of two to fourteen neighbouring amounts. */
function runningSums(cents: readonly number[]): ReadonlySet<number> {
  const sums = new Set<number>();
  for (const [from, first] of cents.entries()) {
    let sum = first;
    for (const next of cents.slice(from + 1, from + 14)) {
      sum += next;
      sums.add(sum);
    }
  }
  return sums;
}

/** The words before an amount in its line, else left of it, else in the line above. */
function wordsAt(lines: readonly NetLine[], amount: SeenValue): { label: string; above: string } {
  const before = lines[amount.line]?.text.slice(0, amount.start) ?? '';
  if (twoLetters.test(before)) return { label: before, above: '' };
  let at = lines[amount.line]?.neighbour ?? -1;
  while (at >= 0) {
    const text = lines[at]?.text ?? '';
    if (twoLetters.test(text)) return { label: text, above: '' };
    at = lines[at]?.neighbour ?? -1;
  }
  return { label: '', above: lines[amount.line - 1]?.text ?? '' };
}

/** Features of dates: form, words at them, a time beside them, repetition, order. */
export function dateFeatures(
  lines: readonly NetLine[],
  dates: readonly SeenValue[],
  words: WordReader,
): readonly Float32Array[] {
  const latest = dates
    .map(({ value }) => value)
    .sort()
    .at(-1);
  return dates.map((date, i) => {
    const line = lines[date.line];
    const text = line?.text ?? '';
    const label = `${text.slice(0, date.start)} ${lines[line?.neighbour ?? -1]?.text ?? ''}`;
    const next = lines[date.line + 1]?.text ?? '';
    return Float32Array.from(
      [
        date.form === 'year-first',
        date.form === 'numeric',
        date.form === 'month-name',
        date.form === 'compact',
        words('date', label),
        words('otherDate', label),
        /\d:\d\d/.test(`${text} ${next}`),
        Math.log(1 + dates.filter(({ value }) => value === date.value).length),
        i === 0,
        date.value === latest,
      ].map(Number),
    );
  });
}

import type { DateOrder } from '@docfleet/domain';
import { lineFeatures } from './line-features.ts';
import type { NetLine } from './lines.ts';
import type { NetInput } from './net.ts';
import { seenValues, type SeenValues } from './seen-values.ts';
import type { LineReaders } from './settings.ts';
import { amountFeatures, dateFeatures } from './value-features.ts';

/** What a net is given of a document, and the values that its outputs are about. */
export interface PreparedLines {
  readonly lines: readonly NetLine[];
  readonly values: SeenValues;
  readonly input: NetInput;
}

/** Features of lines and values; training and reading compute them here. */
export function prepareLines(
  lines: readonly NetLine[],
  order: DateOrder,
  readers: LineReaders,
): PreparedLines {
  const values = seenValues(lines, order);
  return {
    lines,
    values,
    input: {
      lines: lineFeatures(lines, readers.patterns, values),
      amounts: {
        lines: values.amounts.map(({ line }) => line),
        features: amountFeatures(lines, values.amounts, readers.words),
      },
      dates: {
        lines: values.dates.map(({ line }) => line),
        features: dateFeatures(lines, values.dates, readers.words),
      },
    },
  };
}

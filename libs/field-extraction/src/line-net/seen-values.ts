import { findDates, type DateOrder } from '@docfleet/domain';
import { amountsIn } from '../money-candidates.ts';
import type { NetLine } from './lines.ts';

/** An amount or a date in a line. */
export interface SeenValue {
  /** Index of the line. */
  readonly line: number;
  /** Decimal number or `yyyy-mm-dd`. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** Place among the values of its line, and their number. */
  readonly order: number;
  readonly inLine: number;
  /** How a date is written; empty for amounts. */
  readonly form: string;
}

export interface SeenValues {
  readonly amounts: readonly SeenValue[];
  readonly dates: readonly SeenValue[];
}

/** The amounts and dates of a document, by the same grammar as the candidates of its fields. */
export function seenValues(lines: readonly NetLine[], order: DateOrder): SeenValues {
  return {
    amounts: lines.flatMap(({ segment }, line) =>
      amountsIn(segment).map(({ amount, start, end }, i, all) => ({
        line,
        value: amount,
        start,
        end,
        order: i,
        inLine: all.length,
        form: '',
      })),
    ),
    dates: lines.flatMap(({ text }, line) =>
      findDates(text, order).map(({ iso, start, end, form }, i, all) => ({
        line,
        value: iso,
        start,
        end,
        order: i,
        inLine: all.length,
        form,
      })),
    ),
  };
}

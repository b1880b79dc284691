import type { ClassRule } from '@docfleet/contracts';
import { findMoney, isInside, parseMoney, type DocumentFields, type Finding } from '@docfleet/domain';
import { wrongNumbers } from './check-digits.ts';
import type { JudgedDocument } from './judged-document.ts';

/** Findings of the class's rules; a rule whose fields were not found has none. */
export function ruleFindings(document: JudgedDocument, acceptedAt: number): readonly Finding[] {
  return document.documentClass.rules.flatMap((rule) => {
    const broken = breach(rule, document, acceptedAt);
    return broken === undefined ? [] : [{ code: rule.code, severity: rule.severity, ...broken }];
  });
}

type Breach = Pick<Finding, 'fields' | 'message'> | undefined;

function breach(rule: ClassRule, document: JudgedDocument, acceptedAt: number): Breach {
  const { fields } = document;
  switch (rule.kind) {
    case 'sum':
      return sumBreach(rule, fields);
    case 'rows-sum':
      return rowsSumBreach(rule, document);
    case 'date-order': {
      const earlier = valueOf(fields, rule.earlier);
      const later = valueOf(fields, rule.later);
      return earlier !== undefined && later !== undefined && later < earlier
        ? { fields: [rule.earlier, rule.later], message: `${rule.later} lies before ${rule.earlier}.` }
        : undefined;
    }
    case 'date-range': {
      const value = valueOf(fields, rule.field);
      const latest = new Date(acceptedAt + rule.daysAhead * 86_400_000).toISOString().slice(0, 10);
      return value !== undefined && (value < rule.from || value > latest)
        ? { fields: [rule.field], message: `${rule.field} is not between ${rule.from} and ${latest}.` }
        : undefined;
    }
    case 'amount-range': {
      const value = numberOf(fields, rule.field);
      return value !== undefined && (value < rule.min || value > rule.max)
        ? {
            fields: [rule.field],
            message: `${rule.field} is not between ${String(rule.min)} and ${String(rule.max)}.`,
          }
        : undefined;
    }
    case 'check-digits': {
      const wrong = wrongNumbers(rule.scheme, document.pages);
      return wrong.length === 0
        ? undefined
        : {
            fields: [],
            message: `${String(wrong.length)} ${rule.scheme} number(s) have wrong check digits (page ${wrong.map(String).join(', ')}).`,
          };
    }
  }
}

function sumBreach(rule: Extract<ClassRule, { kind: 'sum' }>, fields: DocumentFields): Breach {
  const total = numberOf(fields, rule.total);
  const plus = rule.plus.map((name) => numberOf(fields, name));
  const minus = rule.minus.map((name) => numberOf(fields, name));
  if (total === undefined || [...plus, ...minus].includes(undefined)) return undefined;
  const sum =
    plus.reduce<number>((all, value) => all + (value ?? 0), 0) -
    minus.reduce<number>((all, value) => all + (value ?? 0), 0);
  return Math.abs(sum - total) <= rule.tolerance + 1e-9
    ? undefined
    : {
        fields: [rule.total, ...rule.plus, ...rule.minus],
        message: `${rule.total} is not what its parts add up to.`,
      };
}

/**
 * Rows are with the taxes or without them, and before or after discounts and charges: their sum is right where it is the
 * total, the total less its taxes, or an amount that is printed outside the rows.
 */
function rowsSumBreach(
  rule: Extract<ClassRule, { kind: 'rows-sum' }>,
  { fields, pages }: JudgedDocument,
): Breach {
  const total = numberOf(fields, rule.total);
  const rows = fields.rows.filter((row) => row.group === rule.group);
  const cells = rows.map((row) => parseMoney(row.cells[rule.column] ?? ''));
  if (total === undefined || cells.length === 0 || cells.includes(undefined)) return undefined;
  const sum = cells.reduce((all, cell) => all + Number(cell), 0);
  // A credit note may print its rows without the minus of its total.
  const isSum = (amount: number): boolean =>
    Math.abs(Math.abs(sum) - Math.abs(amount)) <= rule.tolerance + 1e-9;
  const tax = rule.tax === undefined ? undefined : numberOf(fields, rule.tax);
  if (isSum(total) || (tax !== undefined && isSum(total - tax))) return undefined;
  if (amountsOutside(rows, pages).some((amount) => Math.abs(Math.abs(sum) - Math.abs(amount)) < 0.005))
    return undefined;
  return {
    fields: [rule.total],
    message: `The rows add up to ${sum.toFixed(2)}, which is neither ${rule.total} nor another amount outside them; rows may be missing.`,
  };
}

/** Amounts with decimals on the pages that stand in none of the rows. */
function amountsOutside(rows: DocumentFields['rows'], pages: JudgedDocument['pages']): readonly number[] {
  return pages.flatMap(({ page, lines }) => {
    const boxes = rows
      .filter(({ provenance }) => provenance.page === page)
      .map(({ provenance }) => provenance.box);
    const outside = lines.filter((line) => !boxes.some((row) => isInside(line, row)));
    return outside.flatMap(({ text }) =>
      findMoney(text).flatMap(({ amount, decimals }) => (decimals === 2 ? [Number(amount)] : [])),
    );
  });
}

function valueOf(fields: DocumentFields, name: string): string | undefined {
  return fields.fields.find((field) => field.name === name)?.normalised;
}

function numberOf(fields: DocumentFields, name: string): number | undefined {
  const value = Number(valueOf(fields, name) ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

import type { DocumentClass, FieldDefinition } from '@docfleet/contracts';
import { currencyOf, findMoney, parseDate } from '@docfleet/domain';
import type { Refusal } from './facts.ts';

/** A value that a person gave, as printed and in its normal form. */
export interface PersonValue {
  readonly value: string;
  readonly normalised: string;
}

/** Reads what a person typed as a value of the field; refuses what is none of its type. */
export function personValue(
  field: Pick<FieldDefinition, 'name' | 'type' | 'choices'>,
  typed: string,
  { dateOrder }: Pick<DocumentClass, 'dateOrder'>,
): PersonValue | Refusal {
  const value = typed.trim();
  if (value === '')
    return { refusal: `${field.name} needs a value; remove the field if the document has none.` };
  const normalised = normalForm(field, value, dateOrder);
  return normalised === undefined
    ? { refusal: `${field.name} cannot be read from that text: ${expectationOf(field)}.` }
    : { value, normalised };
}

function normalForm(
  { type, choices }: Pick<FieldDefinition, 'type' | 'choices'>,
  value: string,
  dateOrder: DocumentClass['dateOrder'],
): string | undefined {
  switch (type) {
    case 'money': {
      const amounts = findMoney(value);
      return amounts.length === 1 ? amounts[0]?.amount : undefined;
    }
    case 'date':
      return parseDate(value, dateOrder);
    case 'currency':
      return currencyOf(value) ?? (/^[a-z]{3}$/i.test(value) ? value.toUpperCase() : undefined);
    case 'count':
      return /^\d{1,9}$/.test(value) ? String(Number(value)) : undefined;
    case 'identifier':
      return value;
    case 'text':
      return choices.length === 0 || choices.some((choice) => choice.value === value) ? value : undefined;
  }
}

function expectationOf({ type, choices }: Pick<FieldDefinition, 'type' | 'choices'>): string {
  switch (type) {
    case 'money':
      return 'one amount is expected, such as 1234.50';
    case 'date':
      return 'a date is expected, such as 2026-01-31';
    case 'currency':
      return 'a currency is expected, such as EUR';
    case 'count':
      return 'a whole number is expected';
    case 'identifier':
    case 'text':
      return `one of these is expected: ${choices.map((choice) => choice.value).join(', ')}`;
  }
}

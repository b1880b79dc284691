import type { DocumentClass, FieldDefinition } from '@docfleet/contracts';
import { currencyOf, findDates, parseDate } from '@docfleet/domain';
import type { Refusal } from './facts.ts';
import { personAmount } from './person-amount.ts';

/** A value that a person gave, as printed and in its normal form. */
export interface PersonValue {
  readonly value: string;
  readonly normalised: string;
}

/** Reads what a person typed as a value of the field; refuses a text that is not a value of its type as a whole. */
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
    case 'money':
      return personAmount(value);
    case 'date':
      return wholeDate(value, dateOrder);
    case 'currency':
      return wholeCurrency(value);
    case 'count':
      return /^\d{1,9}$/.test(value) ? String(Number(value)) : undefined;
    case 'identifier':
      return value;
    case 'text':
      return choices.length === 0 || choices.some((choice) => choice.value === value) ? value : undefined;
  }
}

/** A date that is the whole text; letters that an engine takes for digits are none here. */
function wholeDate(value: string, dateOrder: DocumentClass['dateOrder']): string | undefined {
  if (/^(?:\d{6}|\d{8})$/.test(value)) return parseDate(value, dateOrder);
  const [found] = findDates(value, dateOrder);
  if (found?.start !== 0 || found.end !== value.length) return undefined;
  return found.form === 'month-name' || /^[^a-z]*$/i.test(value) ? found.iso : undefined;
}

function wholeCurrency(value: string): string | undefined {
  if (!/^(?:[a-z]{0,2}\p{Sc}|[a-z]{2,3})$/iu.test(value)) return undefined;
  return currencyOf(value) ?? (/^[a-z]{3}$/i.test(value) ? value.toUpperCase() : undefined);
}

function expectationOf({ type, choices }: Pick<FieldDefinition, 'type' | 'choices'>): string {
  switch (type) {
    case 'money':
      return 'one amount is expected and nothing else, with at most 15 digits and two decimals, such as 1234.50';
    case 'date':
      return 'a date is expected and nothing else, such as 2026-01-31';
    case 'currency':
      return 'a currency is expected, such as EUR';
    case 'count':
      return 'a whole number of at most nine digits is expected';
    case 'identifier':
    case 'text':
      return `one of these is expected: ${choices.map((choice) => choice.value).join(', ')}`;
  }
}

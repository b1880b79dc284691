import { currencyOf, findMoney } from '@docfleet/domain';

/** Most digits of an amount: with two decimals all of them are exact as a number. */
const maxDigits = 15;

/** Most decimals of an amount: more would be rounded, and three may be thousands. */
const maxDecimals = 2;

const amountParts = /^(?<before>[^\d.]*)(?<number>\.?\d(?:[\d.,' ]*\d)?)(?<after>\D*)$/;
const currencyCodes: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/**
 * Reads a text that is one amount and nothing else: a number of at most 15 digits and two decimals, beside it at most one
 * currency and one sign (`+`, `-`, `CR` behind it, or brackets around it).
 *
 * @returns two decimals and a point, with a minus where negative; undefined for every other text
 */
export function personAmount(text: string): string | undefined {
  const plain = text.trim().replace(/\s/g, ' ').replaceAll('’', "'").replaceAll('−', '-');
  const { before = '', number = '', after = '' } = amountParts.exec(plain)?.groups ?? {};
  const isNegative = signOf(before.replaceAll(' ', ''), after.replaceAll(' ', ''));
  const [found, ...more] = findMoney(number);
  if (isNegative === undefined || found === undefined || more.length > 0) return undefined;
  const isWhole = found.start === 0 && found.end === number.length;
  const digits = number.replace(/\D/g, '').length;
  if (!isWhole || digits > maxDigits || found.decimals > maxDecimals) return undefined;
  return isNegative && Number(found.amount) !== 0 ? `-${found.amount}` : found.amount;
}

/** Whether the marks beside a number make it negative; undefined where they are not one currency and one sign at most. */
function signOf(before: string, after: string): boolean | undefined {
  const front = /^(?<outer>[^-+(]*)(?<sign>[-+(]?)(?<inner>[^-+(]*)$/.exec(before)?.groups;
  const back = /^(?<inner>[^-)]*?)(?<sign>[-)]|CR)?(?<outer>[^-)]*)$/i.exec(after)?.groups;
  if (front === undefined || back === undefined) return undefined;
  const names = [front['outer'], front['inner'], back['inner'], back['outer']];
  const currencies = names.flatMap((name) => (name === undefined || name === '' ? [] : [name]));
  if (currencies.length > 1 || !currencies.every(isCurrency)) return undefined;
  const signs = `${front['sign'] ?? ''}${back['sign'] ?? ''}`.toUpperCase();
  switch (signs) {
    case '':
    case '+':
      return false;
    case '-':
    case '()':
    case 'CR':
      return true;
    default:
      return undefined;
  }
}

/** A currency's sign, such as `€` or `US$`, its ISO 4217 code, or an abbreviation that documents use for it. */
function isCurrency(text: string): boolean {
  if (/^[A-Z]{0,2}\p{Sc}$/iu.test(text)) return true;
  return /^[A-Z]{2,3}$/i.test(text) && (currencyCodes.has(text) || currencyOf(text) !== undefined);
}

import { describe, expect, it } from 'vitest';
import { currencyOf, findCurrencies } from './currencies.ts';

describe('currencyOf', () => {
  it('knows signs and codes at the end of a text or its beginning', () => {
    expect(['EUR', '€', 'RM', 'US$', '9.00 €', 'FORM'].map(currencyOf)).toEqual([
      'EUR',
      'EUR',
      'MYR',
      'USD',
      'EUR',
      undefined,
    ]);
  });
});

describe('currencies, case by case', () => {
  it.each([
    ['EUR', 'EUR'],
    ['5 €', 'EUR'],
    ['US$', 'USD'],
    ['usd', 'USD'],
    ['S$', 'SGD'],
    ['SGD', 'SGD'],
    ['GBP', 'GBP'],
    ['£', 'GBP'],
    ['CHF', 'CHF'],
    ['MYR', 'MYR'],
    ['RM', 'MYR'],
    ['$', 'USD'],
    ['EUR 5', 'EUR'],
    ['5 EUR', 'EUR'],
    [' EUR ', 'EUR'],
    ['EURO', 'EUR'],
    ['Euros', 'EUR'],
    ['CAD', 'CAD'],
    ['ALL', undefined],
    ['SFr.', 'CHF'],
    ['NEUR', undefined],
    ['', undefined],
  ])('of %j is %j', (text, wanted) => {
    expect(currencyOf(text)).toBe(wanted);
  });
});

describe('findCurrencies', () => {
  it.each([
    ['Total $5.00', [['USD', 'shared-sign']]],
    ['All amounts in Canadian dollars', [['CAD', 'stated']]],
    ['Beträge in Schweizer Franken', [['CHF', 'stated']]],
    ['Fr. 5.00', [['CHF', 'stated']]],
    ['Fr. Müller', []],
    ['TOP 5.00 ALL', []],
    ['Kedai Bunga SDN BHD 5.00', []],
    ['Try our inr tea', []],
    ['5.00 eur', [['EUR', 'stated']]],
    ['5.00 TRY', [['TRY', 'stated']]],
    ['FORM RMX', []],
    ['12 000 Ft', [['HUF', 'stated']]],
    ['5,00 zł', [['PLN', 'stated']]],
    ['¤ 5.00', []],
  ])('of %j', (text, wanted) => {
    expect(findCurrencies(text).map(({ code, mark }) => [code, mark])).toEqual(wanted);
  });
});

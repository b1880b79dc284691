import { documentClasses } from '@docfleet/contracts';
import { pageReading } from '@docfleet/testing';
import { expect, it } from 'vitest';
import { pageMarks } from './page-marks.ts';

const invoice = documentClasses.find(({ name }) => name === 'invoice');

it('reads number, date and total of a page, and nothing where no label stands', () => {
  if (invoice === undefined) throw new Error('There is no class invoice.');
  const page = pageReading([
    'Rechnungsnummer  R-2041',
    'Rechnungsdatum   05.03.2021',
    '',
    '',
    'Gesamtbetrag     210,00 EUR',
  ]);
  expect(pageMarks(invoice, page)).toEqual({ number: 'R-2041', date: '2021-03-05', total: '210.00' });
  expect(pageMarks(invoice, pageReading(['Vielen Dank', 'R-2041', '210,00']))).toEqual({});
});

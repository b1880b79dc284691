import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOrderOf } from './date-order.ts';

describe('dateOrderOf', () => {
  it.each([
    ['another date of the document', ['Invoice date 03/04/2025', 'Due date 03/18/2025'], 'month-first'],
    ['another date of the document', ['Invoice date 03/04/2025', 'Due date 18/03/2025'], 'day-first'],
    ['state and postcode', ['Madison, WI 53703', '03/04/2025'], 'month-first'],
    ['telephone number', ['Phone (608) 555-0142', '03/04/2025'], 'month-first'],
    ['currency', ['Total £5.00', '03/04/2025'], 'day-first'],
    ['company form', ['KEDAI BUNGA SDN BHD', '03/04/2025'], 'day-first'],
    ['language', ['Rechnung', '03/04/2025'], 'day-first'],
  ])('is decided by %s', (_, lines, order) => {
    expect(dateOrderOf(lines, order === 'day-first' ? 'month-first' : 'day-first')).toEqual({
      order,
      isDecided: true,
    });
  });

  it('is the usual one, and undecided, where nothing speaks for either', () => {
    for (const usual of ['day-first', 'month-first'] as const) {
      expect(dateOrderOf(['Date 03/04/2025', 'Total 5.00'], usual)).toEqual({
        order: usual,
        isDecided: false,
      });
    }
  });

  it('is the same whatever the order of the lines', () => {
    const line = fc.constantFrom(
      '03/04/2025',
      '03/18/2025',
      '£5.00',
      '$5.00',
      'Madison, WI 53703',
      'GMBH',
      '1.2.2025',
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        expect(dateOrderOf([...lines].reverse(), 'day-first')).toEqual(dateOrderOf(lines, 'day-first'));
      }),
    );
  });
});

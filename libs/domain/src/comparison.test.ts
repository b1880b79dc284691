import { describe, expect, it } from 'vitest';
import { comparable, comparisons } from './comparison.ts';

describe('comparable', () => {
  it.each([
    ['$1,880.00', '1880.00'],
    ['14,625.00', '14625.00'],
    ['1.234,50', '1234.50'],
    ['RM 9', '9.00'],
    ['9,5', '9.50'],
    ['(3.00)', '-3.00'],
    ['-3', '-3.00'],
    ['1,234', '1234.00'],
    ['RM9.00', '9.00'],
    ['1.234.567,8', '1234567.80'],
    ['abc', 'ABC'],
  ])('reads the amount %s', (printed, wanted) => {
    expect(comparable('amount', printed)).toBe(wanted);
  });

  it.each([
    ['25/12/2018', '2018-12-25'],
    ['25/12/2018 8:13:39 PM', '2018-12-25'],
    ['2018-12-25', '2018-12-25'],
    ['19 Oct 2018', '2018-10-19'],
    ['OCT 19, 2018', '2018-10-19'],
    ['25.12.18', '2018-12-25'],
    ['12/25/2018', '2018-12-25'],
    ['20181225', '2018-12-25'],
    ['23-FEB-17', '2017-02-23'],
    ['x', 'X'],
  ])('reads the date %s', (printed, wanted) => {
    expect(comparable('date', printed)).toBe(wanted);
  });

  it('puts the month first for `mdate`', () => {
    expect(comparable('mdate', '02/03/20')).toBe('2020-02-03');
    expect(comparable('date', '02/03/20')).toBe('2020-03-02');
  });

  it('leaves spelling out of texts and identifiers', () => {
    expect(comparable('text', 'Café & Co.')).toBe(comparable('text', 'CAFE AND CO'));
    expect(comparable('int', '7 items')).toBe('7');
    expect(comparable('ident', '#950658-1')).toBe('9506581');
    expect(comparable('ident', 'No. 42')).toBe('42');
  });
});

describe('comparable, case by case', () => {
  it.each([
    ['5.00 CR', '-5.00'],
    ['CR 5.00', '5.00'],
    ['5-', '-5.00'],
    ['$ -5', '-5.00'],
    ['(5.00', '5.00'],
    ['5.00)', '5.00'],
    ['-0.00', '0.00'],
    ["1'234.5", '1234.50'],
    ['1 234,5', '1234.50'],
    ['1,234.5', '1234.50'],
    ['1,234,567', '1234567.00'],
    ['12,34,5', '12345.00'],
    ['1234,567', '1234.57'],
    ['1.234.567', '1234567.00'],
    ['1.234.56', '1234.56'],
    ['1.234.567.8', '1234567.80'],
    ['1.234.567,89', '1234567.89'],
    ['1,234,567.89', '1234567.89'],
    ['1.234', '1.23'],
    ['5.', '5.00'],
    ['5,', '5.00'],
    ['0.005', '0.01'],
    ['0.004', '0.00'],
    ['Total: 7', '7.00'],
    ['x(3.00)', '3.00'],
    ['(3.00)x', '3.00'],
    ['5-x', '5.00'],
    ['-$5', '-5.00'],
    ['1.234..', '1.23'],
    ['1.2.3,4.5', '12345'],
    ['12,345', '12345.00'],
    ['1,2345', '1.23'],
    ['none at all', 'NONEATALL'],
    ['', ''],
    ['- -', '- -'],
  ])('reads the amount %j', (printed, wanted) => {
    expect(comparable('amount', printed)).toBe(wanted);
  });

  const months = [
    ['JAN', 'JANUARY', 'JANUAR', 'JANVIER'],
    ['FEB', 'FEBRUARY', 'FEBRUAR', 'FÉVRIER'],
    ['MAR', 'MARCH', 'MÄRZ', 'MAERZ', 'MARS', 'MRZ'],
    ['APR', 'APRIL', 'AVRIL'],
    ['MAY', 'MAI', 'MEI'],
    ['JUN', 'JUNE', 'JUNI', 'JUIN'],
    ['JUL', 'JULY', 'JULI', 'JUILLET'],
    ['AUG', 'AUGUST', 'AOÛT', 'OGOS'],
    ['SEP', 'SEPT', 'SEPTEMBER', 'SEPTEMBRE'],
    ['OCT', 'OKT', 'OCTOBER', 'OKTOBER', 'OCTOBRE', 'OKTOBRE'],
    ['NOV', 'NOVEMBER', 'NOVEMBRE'],
    ['DEC', 'DEZ', 'DECEMBER', 'DEZEMBER', 'DÉCEMBRE', 'DIS'],
  ];
  it.each(months.flatMap((names, index) => names.map((name) => [name, index + 1] as const)))(
    'knows the month %s',
    (name, month) => {
      const wanted = `2018-${String(month).padStart(2, '0')}-09`;
      expect([`9 ${name} 2018`, `${name} 9, 2018`].map((text) => comparable('date', text))).toEqual([
        wanted,
        wanted,
      ]);
    },
  );

  it.each([
    ['2018/2/5', '2018-02-05'],
    ['2018.02.05', '2018-02-05'],
    ['2018 - 02 - 05', '2018-02-05'],
    ['2018年2月5日', '2018-02-05'],
    ['5/2/2018', '2018-02-05'],
    ['5-2-18', '2018-02-05'],
    ['5 . 2 . 18', '2018-02-05'],
    ['5 2 2018', '2018-02-05'],
    ['5ST FEB 2018', '2018-02-05'],
    ['5TH-FEB-18', '2018-02-05'],
    ['22ND FEB 2018', '2018-02-22'],
    ['3RD FEB 2018', '2018-02-03'],
    ['FEB 5TH, 2018', '2018-02-05'],
    ['FEBRUARY 5 18', '2018-02-05'],
    ['05022018', '2018-02-05'],
    ['050218', '2018-02-05'],
    ['no. 20180205', '2018-02-05'],
    ['on 2018-02-05', '2018-02-05'],
    ['on 5 Feb 2018', '2018-02-05'],
    ['5Feb2018', '2018-02-05'],
    ['5 Feb 2018 at noon', '2018-02-05'],
    ['Feb5 2018', '2018-02-05'],
    ['Feb 5, 2018 at noon', '2018-02-05'],
    ['1 20180205', '120180205'],
    ['20180205 1', '201802051'],
    ['20180205.', '2018-02-05'],
    ['1 050218', '1050218'],
    ['050218 1', '0502181'],
    ['050218.', '2018-02-05'],
    ['1/1/0100', '110100'],
    ['13/13/2018', '13132018'],
    ['5/2/1899', '521899'],
    ['5/2/2100', '522100'],
    ['1/1/1900', '1900-01-01'],
    ['31/12/2099', '2099-12-31'],
    ['1/1/69', '2069-01-01'],
    ['1/1/70', '1970-01-01'],
    ['1/12/2018', '2018-12-01'],
    ['0/1/2018', '012018'],
    ['1/0/2018', '102018'],
    ['31/1/2018', '2018-01-31'],
    ['32/1/2018', '3212018'],
    ['5 FOO 2018', '5FOO2018'],
    ['FOO 5, 2018', 'FOO52018'],
    ['20181399', '20181399'],
    ['99999999', '99999999'],
    ['5/2/20185', '5220185'],
    ['15/2/2018', '2018-02-15'],
    ['115/2/2018', '11522018'],
  ])('reads the date %j', (printed, wanted) => {
    expect(comparable('date', printed)).toBe(wanted);
  });

  it.each([
    ['020518', '2018-02-05'],
    ['2/13/2018', '2018-02-13'],
    ['13/2/2018', '2018-02-13'],
    ['not a date', 'NOTADATE'],
  ])('reads the date %j with the month first', (printed, wanted) => {
    expect(comparable('mdate', printed)).toBe(wanted);
  });

  it.each([
    ['ident', 'No 42', '42'],
    ['ident', 'NR-42', '42'],
    ['ident', 'Number 42', '42'],
    ['ident', 'X No 42', 'XNO42'],
    ['ident', 'NOTE', 'NOTE'],
    ['ident', 'é-7', 'E7'],
    ['ident', '漢字 ', '漢字'],
    ['text', 'A & B', 'AANDB'],
    ['text', ' 漢字 ', '漢字'],
    ['text', 'Übung-7', 'UBUNG7'],
    ['int', 'page 007 of 9', '7'],
    ['int', 'none', 'NONE'],
    ['int', '12345678901234567890', '12345678901234567890'],
  ] as const)('reads the %s %j', (kind, printed, wanted) => {
    expect(comparable(kind, printed)).toBe(wanted);
  });

  it('names the kinds that class files may use', () => {
    expect(comparisons).toEqual(['text', 'ident', 'amount', 'date', 'mdate', 'int']);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDates, parseDate } from './dates.ts';
import { numberWords } from './number-words.ts';

describe('findDates', () => {
  it('reads numeric dates in the given order, and swaps day and month of impossible ones', () => {
    expect(findDates('03/04/2020', 'day-first').map(({ iso }) => iso)).toEqual(['2020-04-03']);
    expect(findDates('03/04/2020', 'month-first').map(({ iso }) => iso)).toEqual(['2020-03-04']);
    expect(findDates('12/28/2017', 'day-first').map(({ iso }) => iso)).toEqual(['2017-12-28']);
  });

  it.each([
    ['25-DEC-18', '2018-12-25'],
    ['19 Oct 2018', '2018-10-19'],
    ['24. Januar 2014', '2014-01-24'],
    ['11. März 2014', '2014-03-11'],
    ['Apr16/20', '2020-04-16'],
    ['September 08, 2011', '2011-09-08'],
    ['2010 JUN -2', '2010-06-02'],
    ['93MAY 19 AM 8:48', '1993-05-19'],
    ['92 AUG1I AM 7:01 RECEIVED', '1992-08-11'],
    ['2017-05-09', '2017-05-09'],
    ['20181225', '2018-12-25'],
    ['25/12/20188:13:39', '2018-12-25'],
  ])('reads %s', (text, iso) => {
    expect(findDates(text, 'day-first').map((seen) => seen.iso)).toEqual([iso]);
  });

  it('finds both ends of a range where they stand', () => {
    expect(findDates('Flight: 12/30/19 - 3/29/20', 'month-first')).toEqual([
      { start: 8, end: 16, iso: '2019-12-30', form: 'numeric', isAmbiguous: false },
      { start: 19, end: 26, iso: '2020-03-29', form: 'numeric', isAmbiguous: false },
    ]);
  });

  it.each([
    ['12/30/2019 - 1/26/2020', ['2019-12-30', '2020-01-26']],
    ['Apr16/20 - Apr22/20', ['2020-04-16', '2020-04-22']],
  ])('takes no date across the two of %s', (text, days) => {
    expect(findDates(text, 'month-first').map(({ iso }) => iso)).toEqual(days);
  });

  it('takes no impossible day, amount or telephone number for a date', () => {
    expect(findDates('31/02/2018, 1,234.50, 03-42-9905, 30.13.2014', 'day-first')).toEqual([]);
  });
});

describe('parseDate', () => {
  it('also reads a date without marks', () => {
    expect(parseDate('251218', 'day-first')).toBe('2018-12-25');
  });
});

describe('dates, case by case', () => {
  const monthNames = [
    'JAN JANUARY JANUAR JANVIER JANUARI',
    'FEB FEBRUARY FEBRUAR FEVRIER FEBRUARI',
    'MAR MARCH MARZ MAERZ MARS MRZ MAC',
    'APR APRIL AVRIL AVR',
    'MAY MAI MEI',
    'JUN JUNE JUNI JUIN',
    'JUL JULY JULI JUILLET JULAI',
    'AUG AUGUST AOUT OGOS',
    'SEP SEPT SEPTEMBER SEPTEMBRE',
    'OCT OKT OCTOBER OKTOBER OCTOBRE',
    'NOV NOVEMBER NOVEMBRE',
    'DEC DEZ DECEMBER DEZEMBER DECEMBRE DIS DISEMBER',
  ].flatMap((names, index) => names.split(' ').map((name) => [name, index + 1] as const));

  it.each(monthNames)('knows the month %s before, after and between the numbers', (name, month) => {
    const wanted = `2018-${String(month).padStart(2, '0')}-09`;
    const texts = [`9 ${name} 2018`, `${name} 9, 2018`, `2018 ${name} 9`, `9${name.toLowerCase()}18`];
    expect(texts.map((text) => findDates(text, 'day-first').map(({ iso, form }) => [iso, form]))).toEqual(
      texts.map(() => [[wanted, 'month-name']]),
    );
  });

  it.each([
    ['2018-1-2', [['year-first', '2018-01-02']]],
    ['2018 / 1 / 2', [['year-first', '2018-01-02']]],
    ['2018.01.02', [['year-first', '2018-01-02']]],
    ['A2018-01-02', []],
    ['12018-01-02', []],
    ['2018-01-023', []],
    ['1/2/18', [['numeric', '2018-02-01']]],
    ['1-2-2018', [['numeric', '2018-02-01']]],
    ['1 . 2 . 2018', [['numeric', '2018-02-01']]],
    ['O1/O2/2O18', [['numeric', '2018-02-01']]],
    ['I1/12/2018', [['numeric', '2018-12-11']]],
    ['1/2-2018', []],
    ['.1/2/2018', []],
    ['1/2/184', []],
    ['1/2/20181:30', [['numeric', '2018-02-01']]],
    ['1/2/201812:30', [['numeric', '2018-02-01']]],
    ['1/2/1918', [['numeric', '1918-02-01']]],
    ['1ST FEB 2018', [['month-name', '2018-02-01']]],
    ['2ND FEB 2018', [['month-name', '2018-02-02']]],
    ['3RD FEB 2018', [['month-name', '2018-02-03']]],
    ['4TH FEB 2018', [['month-name', '2018-02-04']]],
    ['1ER FEB 2018', [['month-name', '2018-02-01']]],
    ["4 FEB '18", [['month-name', '2018-02-04']]],
    ['4, FEB. 1918', [['month-name', '1918-02-04']]],
    ['4 FEBX 2018', []],
    ['104 FEB 2018', []],
    ['4 FEB 20189', []],
    ['FEB 4TH 2018', [['month-name', '2018-02-04']]],
    ['FEB/4/18', [['month-name', '2018-02-04']]],
    ['XFEB 4, 2018', []],
    ['2018.FEB-04', [['month-name', '2018-02-04']]],
    ['20180204', [['compact', '2018-02-04']]],
    ['20180131', [['compact', '2018-01-31']]],
    ['20180130', [['compact', '2018-01-30']]],
    [
      '31/02/2018 1/2/2018 2018-01-02',
      [
        ['numeric', '2018-02-01'],
        ['year-first', '2018-01-02'],
      ],
    ],
    ['19180204', [['compact', '1918-02-04']]],
    ['120180204', []],
    ['201802041', []],
    ['20181301', []],
    ['20180132', []],
    ['20180231', []],
  ])('finds in %j', (text, wanted) => {
    expect(findDates(text, 'day-first').map(({ form, iso }) => [form, iso])).toEqual(wanted);
  });

  it.each([
    ['1/1/69', '2069-01-01'],
    ['1/1/70', '1970-01-01'],
    ['29/2/2016', '2016-02-29'],
    ['29/2/2018', undefined],
    ['0/1/2018', undefined],
    ['1/0/2018', undefined],
    ['31/12/2099', '2099-12-31'],
    ['01011900', '1900-01-01'],
    ['01012100', undefined],
    ['01011899', undefined],
    ['25122018', '2018-12-25'],
    ['no. 251218', '2018-12-25'],
    ['1251218', undefined],
    ['2512189', undefined],
    ['251218.', '2018-12-25'],
    ['01010100', undefined],
    ['none', undefined],
  ])('reads %j as %j', (text, wanted) => {
    expect(parseDate(text, 'day-first')).toBe(wanted);
  });

  it('reads a date without marks in the given order', () => {
    expect([parseDate('020318', 'month-first'), parseDate('020318', 'day-first')]).toEqual([
      '2018-02-03',
      '2018-03-02',
    ]);
    expect(parseDate('131218', 'month-first')).toBe('2018-12-13');
  });

  it('tells where a date stands, in texts whose letters grow in capitals too', () => {
    expect(findDates('Größe ß 4 FÉV 2018, 5 FEB 2018', 'day-first')).toEqual([
      { start: 8, end: 18, iso: '2018-02-04', form: 'month-name', isAmbiguous: false },
      { start: 20, end: 30, iso: '2018-02-05', form: 'month-name', isAmbiguous: false },
    ]);
    expect(findDates('ß 5 FEB 2018 e\u0301', 'day-first')[0]?.start).toBe(2);
    expect(findDates('4 MÄRZ 2018', 'day-first')).toEqual([
      { start: 0, end: 11, iso: '2018-03-04', form: 'month-name', isAmbiguous: false },
    ]);
  });

  it('takes the one that begins first where two overlap, and the longer of two that begin together', () => {
    expect(findDates('1/2/2018-3/4/2018', 'day-first').map(({ iso }) => iso)).toEqual([
      '2018-02-01',
      '2018-04-03',
    ]);
    expect(findDates('9 MAR 18 APR 2018', 'day-first').map(({ iso }) => iso)).toEqual(['2018-03-09']);
  });
});

describe('dates in words and with ordinals', () => {
  it.each([
    ['12. Jänner 2025', '2025-01-12'],
    ['3. Feber 2025', '2025-02-03'],
    ['am dreißigsten April 2025', '2025-04-30'],
    ['zweiten Mai zweitausendfünfundzwanzig', '2025-05-02'],
    ['5th day of March 2025', '2025-03-05'],
    ['fifth day of March, two thousand twenty-five', '2025-03-05'],
    ['twenty-first day of June, twenty twenty-five', '2025-06-21'],
    ['March the 5th, 2025', '2025-03-05'],
    ['3 févr. 2025', '2025-02-03'],
    ['1er août 2025', '2025-08-01'],
    ['deux mai deux mille vingt-cinq', '2025-05-02'],
    ["15 d'avril 2025", '2025-04-15'],
    ['2 de mayo de 2025', '2025-05-02'],
    ['5 de febrero del 2025', '2025-02-05'],
    ['primero de enero de dos mil veinticinco', '2025-01-01'],
    ['1° gennaio 2025', '2025-01-01'],
    ['due maggio duemilaventicinque', '2025-05-02'],
    ['1º de maio de 2025', '2025-05-01'],
    ['2 set. 2025', '2025-09-02'],
    ['30 maart 2025', '2025-03-30'],
    ['2de mei 2025', '2025-05-02'],
    ['tweede mei tweeduizend vijfentwintig', '2025-05-02'],
    ['5 марта 2025 г.', '2025-03-05'],
    ['12\u201103\u20112025', '2025-03-12'],
  ])('reads %s', (text, iso) => {
    expect(findDates(text, 'day-first').map((seen) => seen.iso)).toEqual([iso]);
  });

  it.each(['due March 2025', '2 SET 25 PCS', 'once May 2025', '30. Februar 2025'])(
    'takes none from %s',
    (text) => {
      expect(findDates(text, 'day-first')).toEqual([]);
    },
  );

  it('says which dates another order would read otherwise', () => {
    const all = findDates('03/04/2025 03/18/2025 04/04/2025 2025-03-04 3 April 2025', 'day-first');
    expect(all.map(({ isAmbiguous }) => isAmbiguous)).toEqual([true, false, false, false, false]);
  });

  it('reads every day of the years 2001 to 2031 in words', () => {
    const days = fc.date({ min: new Date('2001-01-01'), max: new Date('2031-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (day) => {
        const iso = day.toISOString().slice(0, 10);
        const month = day.toLocaleString('en', { month: 'long', timeZone: 'UTC' });
        const year = numberWords['en']?.[day.getUTCFullYear() - 2001] ?? '';
        expect(
          findDates(`${String(day.getUTCDate())} ${month} two thousand ${year}`, 'day-first')[0]?.iso,
        ).toBe(iso);
      }),
    );
  });
});

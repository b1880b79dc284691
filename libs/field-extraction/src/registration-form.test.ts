import { documentClasses, type DocumentClass } from '@docfleet/contracts';
import { runAtOnce } from '@docfleet/domain';
import { pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import type { Candidate } from './candidate.ts';
import { countedDay } from './date-candidates.ts';
import { candidatesOf, scopeOf } from './extract.ts';
import { readDocument } from './read-document.ts';

const form = documentClasses.find(({ name }) => name === 'registration-form');
if (form === undefined) throw new Error('there is no class registration-form');
const documentClass: DocumentClass = form;

function candidates(name: string, lines: readonly string[]): readonly Candidate[] {
  const field = documentClass.fields.find((one) => one.name === name);
  if (field === undefined) throw new Error(`there is no field ${name}`);
  const read = runAtOnce(readDocument(documentClass, [pageReading(lines)]));
  return candidatesOf(scopeOf(read, field, undefined));
}

describe('dates of a register that dates older documents to the month', () => {
  it('count as the first of their month before the day, and as they are from it on', () => {
    expect(countedDay('1991-08-15', '1996-01-01')).toBe('1991-08-01');
    expect(countedDay('1996-01-01', '1996-01-01')).toBe('1996-01-01');
    expect(countedDay('1991-08-15', null)).toBe('1991-08-15');
  });

  it('keep what is printed as their value', () => {
    const [found] = candidates('date', ['signed 8/12/91']);
    expect([found?.value, found?.normalised]).toEqual(['8/12/91', '1991-08-01']);
  });

  it('are told from time stamps', () => {
    const stamps = candidates('date', ['2010 JUN -2', 'May 19, 2009', '93MAY 19 AM 8:48']);
    expect(stamps.map(({ value, features }) => [value, features['date:stamp']])).toEqual([
      ['2010 JUN -2', 1],
      ['May 19, 2009', 0],
      ['93MAY 19', 1],
    ]);
  });
});

describe('a value below its label', () => {
  const values = (lines: readonly string[], relation: string): readonly string[] =>
    candidates('registrant', lines).flatMap(({ value, features }) =>
      features[`rel:${relation}`] === 1 && features['lines:1'] === 1 ? [value] : [],
    );

  it('stands behind another label of the field', () => {
    const lines = ['8. What is the name and address of the primary registrant?', 'Name Hill Partners LLP'];
    expect(values(lines, 'below')).toContain('Hill Partners LLP');
  });

  it('goes on with a legal form alone on the next line', () => {
    const found = candidates('registrant', ['Name of registrant: Hill Partners,', '                    Inc']);
    expect(found.map(({ value }) => value)).toEqual(['Hill Partners, Inc']);
  });

  it('stands below the person beside the label', () => {
    const lines = [
      '1. Name of registrant       Joan Miller',
      '                            Hill Partners LLP',
    ];
    expect(values(lines, 'belowRight')).toEqual(['Hill Partners LLP']);
  });
});

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ClassFileError, parseDocumentClass, readDocumentClasses } from './classes.ts';

const smallest = `
name: memo
version: 1
title: Memo
description: A short note.
dateOrder: day-first
classification: { bias: 0, singlePage: true }
thresholds: { field: 0.5, documentClass: 0.5 }
`;
const withField = `${smallest}
fields:
  - { name: total, type: money, description: Sum., required: true, pages: first, labels: [{ phrase: total, weight: 1 }] }
`;

describe('parseDocumentClass', () => {
  it('fills in what a class file leaves out', () => {
    expect(parseDocumentClass('memo.yaml', smallest)).toEqual({
      name: 'memo',
      version: 1,
      title: 'Memo',
      description: 'A short note.',
      dateOrder: 'day-first',
      classification: { bias: 0, singlePage: true, startsWith: [], cues: [], layout: {} },
      vocabulary: {},
      fields: [],
      rows: [],
      rules: [],
      thresholds: { field: 0.5, documentClass: 0.5 },
      evaluation: null,
    });
  });

  it('takes the weights of a field from the trained file', () => {
    const found = parseDocumentClass('memo.yaml', withField, '{"total":{"bias":-1}}');
    expect(found.fields.map(({ weights }) => weights)).toEqual([{ bias: -1 }]);
  });

  it('names unknown keys', () => {
    expect(() => parseDocumentClass('memo.yaml', `${smallest}colour: red\n`)).toThrow(
      /memo\.yaml:[\s\S]*colour/,
    );
  });

  it('names rules that refer to fields that are not there', () => {
    const rules = `rules:\n  - { kind: date-order, code: REVERSED, earlier: a, later: total, severity: review }\n`;
    expect(() => parseDocumentClass('memo.yaml', `${withField}${rules}`)).toThrow(
      'rules.REVERSED: there is no a',
    );
  });

  it('refuses weights for fields that are not there', () => {
    expect(() => parseDocumentClass('memo.yaml', withField, '{"sum":{"bias":1}}')).toThrow(ClassFileError);
  });
});

describe('readDocumentClasses', () => {
  it('reads every class of the repository', () => {
    const classes = readDocumentClasses(join(import.meta.dirname, '../../../schemas/classes'));
    expect(classes.map(({ name }) => name)).toEqual([
      'ad-buy',
      'invoice',
      'letter',
      'other',
      'receipt',
      'registration-form',
    ]);
  });
});

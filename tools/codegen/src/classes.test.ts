import { readdirSync } from 'node:fs';
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

  it.each([
    ['at the top', 'title: Memo', 'title: Memo\ncolour: red', 'the file: unknown key colour'],
    ['in a field', 'pages: first', 'pages: first, colour: red', 'fields.total: unknown key colour'],
    ['in a label', 'weight: 1 }', 'weight: 1, colour: red }', 'fields.total.labels.0: unknown key colour'],
    [
      'among the word lists',
      'fields:',
      'vocabulary: { stops: [memo] }\nfields:',
      'vocabulary: unknown key stops',
    ],
  ])('refuses an unknown key %s, with its place', (_where, before, after, problem) => {
    expect(() => parseDocumentClass('memo.yaml', withField.replace(before, after))).toThrow(problem);
  });

  it.each([
    ['a type that does not exist', 'type: money', 'type: rows', 'fields.total.type: '],
    ['a count of nothing', 'type: money', 'type: count', 'fields.total: a count needs `counts`'],
    [
      'an expression that cannot be read',
      'type: money',
      "type: identifier, pattern: '['",
      'fields.total.pattern: not a regular expression',
    ],
    ['no YAML', 'name: memo', 'name: [memo', 'memo.yaml:'],
  ])('refuses %s', (_what, before, after, problem) => {
    expect(() => parseDocumentClass('memo.yaml', withField.replace(before, after))).toThrow(problem);
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
    const folder = join(import.meta.dirname, '../../../schemas/classes');
    const classes = readDocumentClasses(folder);
    expect(classes.map(({ name }) => name)).toEqual(readdirSync(folder).sort());
  });
});

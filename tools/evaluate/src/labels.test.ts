import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentClasses } from '@docfleet/contracts';
import { describe, expect, it } from 'vitest';
import { readLabels } from './labels.ts';

function folderWith(lines: readonly object[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'labels-'));
  writeFileSync(join(folder, 'labels.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
  writeFileSync(join(folder, 'a.pdf'), '%PDF');
  return folder;
}

describe('readLabels', () => {
  it.each(
    documentClasses.flatMap(({ name, evaluation }) => (evaluation === null ? [] : [{ name, evaluation }])),
  )('knows the class $name by its labels', ({ name, evaluation }) => {
    const row = Object.fromEntries(evaluation.fields.map(({ label }, i) => [label, i === 0 ? 7 : null]));
    const folder = folderWith([{ id: 1, file: 'a.pdf', ...row }]);
    const { documentClass, documents } = readLabels(folder, Infinity);
    expect(documentClass.name).toBe(name);
    expect(documents).toEqual([
      {
        id: '1',
        path: join(folder, 'a.pdf'),
        values: { ...row, [evaluation.fields[0]?.label ?? '']: '7' },
      },
    ]);
  });

  it('takes the class that a row names, the labels that it has, and where a document of several begins', () => {
    const row = { id: 'x-2', file: 'a.pdf', documentClass: 'receipt', pages: [3, 4] };
    const { documentClass, documents } = readLabels(folderWith([{ ...row, total: '9.00', date: null }]), 1);
    expect(documentClass.name).toBe('receipt');
    expect(documents[0]).toMatchObject({ firstPage: 3, values: { total: '9.00', date: null } });
    expect(Object.keys(documents[0]?.values ?? {})).toEqual(['date', 'total']);
    expect(() => readLabels(folderWith([{ ...row, documentClass: 'memo' }]), 1)).toThrow(
      'no class memo with an evaluation mapping',
    );
  });

  it('says what is wrong with a folder', () => {
    expect(() => readLabels(join(tmpdir(), 'no-such-folder'), 1)).toThrow('does not exist');
    expect(() => readLabels(folderWith([{ id: '1' }]), 1)).toThrow('line 1: not a labelled document');
    expect(() => readLabels(folderWith([{ id: '1', file: 'a.pdf', colour: 'red' }]), 1)).toThrow(
      'no document class',
    );
    const evaluation = documentClasses.flatMap((one) => one.evaluation ?? [])[0];
    const labels = Object.fromEntries((evaluation?.fields ?? []).map(({ label }) => [label, null]));
    expect(() => readLabels(folderWith([{ id: 1, file: 'b.pdf', ...labels }]), 1)).toThrow(
      /names documents that cannot be sent:\n {2}- .*b\.pdf does not exist/,
    );
  });
});

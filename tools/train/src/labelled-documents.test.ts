import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentClasses, type DocumentClass } from '@docfleet/contracts';
import { afterAll, expect, it } from 'vitest';
import { loadDocuments } from './labelled-documents.ts';

const receipt = documentClasses.find(({ name }) => name === 'receipt');
if (receipt === undefined) throw new Error('there is no class receipt');
const documentClass: DocumentClass = receipt;
const folder = mkdtempSync(join(tmpdir(), 'labelled-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('gives a document the same group from its own file and from another one, however it is spelt', () => {
  const given = join(folder, 'given.jsonl');
  const labels = join(folder, 'labels.jsonl');
  const readings = join(folder, 'readings.jsonl');
  const merchant = 'm-1 é';
  writeFileSync(
    given,
    JSON.stringify({ id: 'a', merchant, width: 9, height: 9, lines: [], labels: { total: '1.00' } }),
  );
  writeFileSync(labels, JSON.stringify({ id: 'a', total: '1.00' }));
  writeFileSync(readings, JSON.stringify({ id: 'a', pages: [] }));
  const groups = [
    ...loadDocuments(documentClass, { labels: given, groupBy: 'merchant' }),
    ...loadDocuments(documentClass, { labels, readings, groups: given, groupBy: 'merchant' }),
  ].map(({ group }) => group);
  expect(groups).toEqual(['M1E', 'M1E']);
});

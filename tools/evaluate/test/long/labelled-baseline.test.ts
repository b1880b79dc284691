/** About 1 min: labelled receipts are read as well as the stored baseline says. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { figuresOf, lossesSince, predict, type BaselineFigures } from '@docfleet/class-training';
import { documentClasses } from '@docfleet/contracts';
import { sharedData } from '@docfleet/testing';
import { loadDocuments } from '@docfleet/train';
import { describe, expect, it } from 'vitest';

const shared = sharedData('labelled receipts that the stored baseline is held against');
const file = join(import.meta.dirname, '../../baseline.json');
const stored = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, BaselineFigures>>;

describe.skipIf(shared === undefined)('labelled receipts, from given lines', () => {
  it('D-12: are read as well as the stored baseline says', { timeout: 300_000 }, () => {
    const documentClass = documentClasses.find(({ name }) => name === 'receipt');
    if (documentClass === undefined) throw new Error('There is no class receipt.');
    const documents = loadDocuments(documentClass, {
      labels: join(shared ?? '', 'receipts/words.jsonl'),
      groupBy: 'merchant',
    });
    const now = figuresOf(predict(documentClass, documents, () => documentClass).documents);
    expect(
      lossesSince(stored['receipt, given lines'] ?? {}, now),
      `A loss of more than one point. If it is meant, "receipt, given lines" of tools/evaluate/baseline.json becomes ${JSON.stringify(now)}`,
    ).toEqual([]);
  });
});

import { join } from 'node:path';
import { documentClasses } from '@docfleet/contracts';
import { comparable } from '@docfleet/domain';
import { sharedData } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { extractDocument } from '@docfleet/field-extraction';
import { loadDocuments } from '../src/labelled-documents.ts';

const shared = sharedData('fields of labelled receipts');

/** Far below the measured value, so that it fails for defects and not for changed weights. */
const floors: Readonly<Record<string, number>> = { company: 0.85, date: 0.95, address: 0.8, total: 0.93 };

describe.skipIf(shared === undefined)('labelled receipts, every fourth, from given lines', () => {
  it('are read with the weights of this repository (D-06)', { timeout: 120_000 }, () => {
    const documentClass = documentClasses.find(({ evaluation }) => evaluation?.set === 'receipts');
    if (documentClass === undefined) throw new Error('No class is evaluated with the receipts.');
    const documents = loadDocuments(documentClass, {
      labels: join(shared ?? '', 'receipts/words.jsonl'),
      groupBy: 'merchant',
    }).filter((_, i) => i % 4 === 0);
    const right = new Map<string, number>();
    for (const { labels, pages } of documents) {
      const found = {
        index: 1,
        documentClass: documentClass.name,
        classVersion: 1,
        confidence: 1,
        firstPage: 1,
        lastPage: 1,
        classSource: 'submitted',
      } as const;
      const { fields } = extractDocument(found, documentClass, pages);
      for (const { field, compare } of documentClass.evaluation?.fields ?? []) {
        const value = fields.find(({ name }) => name === field)?.value;
        const label = labels[field] ?? null;
        const same =
          value !== undefined && label !== null && comparable(compare, value) === comparable(compare, label);
        right.set(field, (right.get(field) ?? 0) + (same ? 1 : 0));
      }
    }
    const tooLow = Object.entries(floors).filter(
      ([field, floor]) => (right.get(field) ?? 0) / documents.length < floor,
    );
    expect(tooLow).toEqual([]);
  });
});

import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { LabelledDocument } from '@docfleet/class-training';
import { documentClasses, type DocumentClass } from '@docfleet/contracts';
import { generateDocument, readingOf, seededRandom, withNoise } from '@docfleet/samples';
import { loadDocuments } from '@docfleet/train';
import { openMatrix } from './matrix.ts';

/*
 * Writes what invoices/train.py learns from: candidates of labelled invoices and of generated ones, with their features.
 *   node --conditions=docfleet-source tools/learn/src/invoices/main.ts --out FOLDER [--count N] [--labels LABELS --readings READINGS --groups GROUPS]
 */
const { values: options } = parseArgs({
  options: {
    out: { type: 'string' },
    labels: { type: 'string' },
    readings: { type: 'string' },
    groups: { type: 'string' },
    'group-by': { type: 'string', default: 'seller' },
    count: { type: 'string', default: '2500' },
    seed: { type: 'string', default: '1' },
  },
});
const { out, labels, readings, groups } = options;
if (out === undefined) throw new Error('--out is needed: see docs/learned-scorers.md');
const invoice = documentClasses.find(({ name }) => name === 'invoice');
if (invoice === undefined) throw new Error('This release has no class invoice.');
mkdirSync(out, { recursive: true });
const matrix = openMatrix(out, invoice);
const real =
  labels === undefined
    ? []
    : loadDocuments(invoice, {
        labels,
        groupBy: options['group-by'],
        ...(readings === undefined ? {} : { readings }),
        ...(groups === undefined ? {} : { groups }),
      });
for (const document of real) matrix.add(document, false);
const [count, seed] = [Number(options.count), Number(options.seed)];
for (let index = 0; index < count; index += 1) matrix.add(generated(invoice, seed * 1_000_000 + index), true);
matrix.close();
process.stdout.write(`wrote ${out}: ${real.length} labelled and ${count} generated invoices\n`);

/** A generated document; a third of them as a scanner would give it. */
function generated(documentClass: DocumentClass, number: number): LabelledDocument {
  const { id, pages, labels: said } = generateDocument(number);
  const random = seededRandom(number + 7);
  const scanned = random.next() < 0.33;
  const noise = { confusion: 0.008 * random.next(), jitterPx: 3 * random.next(), dropped: 0.004 };
  const words = pages.map((page) => (scanned ? withNoise(random, page, noise) : page));
  const own = (documentClass.evaluation?.fields ?? []).map(({ label, field }): [string, string | null] => {
    const value = said[label];
    return [field, value === undefined || value === null ? null : String(value)];
  });
  return {
    id,
    group: id,
    pages: words.map((page, index) => readingOf(page, index + 1)),
    labels: Object.fromEntries(own),
  };
}

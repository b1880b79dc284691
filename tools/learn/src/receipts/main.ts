import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LabelledDocument } from '@docfleet/class-training';
import { documentClasses } from '@docfleet/contracts';
import { lineReaders, lineSettings } from '@docfleet/field-extraction';
import { seededRandom } from '@docfleet/samples';
import { loadDocuments } from '@docfleet/train';
import { augmented } from './augment.ts';
import { learningDocument } from './gold-spans.ts';
import type { LearningDocument } from './learning-document.ts';
import { weighted } from './merchants.ts';
import { exampleOf, writeExamples } from './write-examples.ts';

/*
 * Writes what receipts/train.py learns from: features of labelled receipts, and of receipts made from them.
 *   node --conditions=docfleet-source tools/learn/src/receipts/main.ts --given WORDS --labels LABELS --readings READINGS --out FOLDER
 */
const { values: options } = parseArgs({
  options: {
    given: { type: 'string' },
    labels: { type: 'string' },
    readings: { type: 'string' },
    out: { type: 'string' },
    count: { type: 'string', default: '4000' },
    seed: { type: 'string', default: '1' },
  },
});
const { given, labels, readings, out } = options;
if (given === undefined || labels === undefined || readings === undefined || out === undefined)
  throw new Error('--given, --labels, --readings and --out are needed: see tools/learn/README.md');
const documentClass = documentClasses.find(({ name }) => name === 'receipt');
if (documentClass === undefined) throw new Error('This release has no class receipt.');
const root = join(import.meta.dirname, '../../../..');
const readers = lineReaders(
  lineSettings(JSON.parse(readFileSync(join(root, 'tools/learn/receipts/patterns.json'), 'utf8'))),
);
const learning = (
  documents: readonly LabelledDocument[],
  source: LearningDocument['source'],
): LearningDocument[] => documents.map((document) => learningDocument(documentClass, document, source));
const real = [
  ...learning(loadDocuments(documentClass, { labels: given, groupBy: 'merchant' }), 'given'),
  ...learning(loadDocuments(documentClass, { labels, readings, groups: given, groupBy: 'merchant' }), 'read'),
];
const sizes = new Map<string, number>();
for (const { group } of real) sizes.set(group, (sizes.get(group) ?? 0) + 1);
// Merchants with many receipts count less than their number; receipts read by this product count twice.
const shares = real.map((document): readonly [LearningDocument, number] => [
  document,
  (document.source === 'read' ? 2 : 1) * (sizes.get(document.group) ?? 1) ** -0.7,
]);
const random = seededRandom(Number(options.seed));
const made = Array.from({ length: Number(options.count) }, () => augmented(weighted(random, shares), random));
writeExamples(out, [
  ...real.map((document) => exampleOf(documentClass, document, { readers, augmented: false })),
  ...made.map((document) => exampleOf(documentClass, document, { readers, augmented: true })),
]);
process.stdout.write(`wrote ${out}: ${real.length} receipts, ${made.length} made from them\n`);

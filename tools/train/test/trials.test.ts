import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findDocuments, partsOf } from '@docfleet/classification';
import { documentClasses } from '@docfleet/contracts';
import { comparable, documentPages, type DocumentFields, type PageReading } from '@docfleet/domain';
import { extractDocument } from '@docfleet/field-extraction';
import { judgeRun, judgedDocuments } from '@docfleet/judgement';
import { sharedData } from '@docfleet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPageReader, type PageReader } from '../src/read-pages.ts';

const shared = sharedData('trials after public bug reports');
const models = resolve(import.meta.dirname, '../../../.docfleet/models');
const hasModels = existsSync(models);
const timeoutMs = 120_000;

if (shared !== undefined && !hasModels)
  process.stderr.write(`SKIPPED: trials that are pictures, because there are no models in ${models}.\n`);

interface Trial {
  readonly file: string;
  readonly kind: string;
  readonly right: {
    readonly documents: number;
    readonly class: string;
    readonly fields?: Readonly<Record<string, string | number>>;
    readonly each?: readonly Readonly<Record<string, string>>[];
  };
}

/** Those whose pages have text of their own, so that no model of the reading engine is needed. */
const withText = /^(?:00a|00b|01|05|29|30)-/;

const trials =
  shared === undefined
    ? []
    : readFileSync(join(shared, 'trials/expected.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as Trial)
        .filter(({ file }) => hasModels || withText.test(file));

/** Words that the pages of a file show, and words that they hide. */
const layers = [
  {
    file: '12-form-values-without-appearance.pdf',
    shown: ['Brightwater Public Affairs LLC', '6142', 'March 12, 2025'],
    hidden: [],
  },
  {
    file: '16-scan-with-bad-ocr-layer.pdf',
    shown: ['INV-5521', '12 March 2025', '1,200.00', '200.00'],
    hidden: ['1NV-552l', '1,280.00'],
  },
  {
    file: '17-hidden-language-layer.pdf',
    shown: ['Bergmann Werkzeugbau GmbH', '190,00'],
    hidden: ['EN-90001', '2.820,30'],
  },
  { file: '28-two-receipts-one-photo.jpg', shown: ['58.60', '12.70', '14/03/2025'], hidden: [] },
  { file: '37-userunit-scan.pdf', shown: ['RE-20417', '1.190,00'], hidden: [] },
];

/** Findings about a document that is right. */
const falseAlarms = ['ROWS_DO_NOT_ADD_UP', 'BORDER_DOUBTFUL', 'DATE_ORDER_UNDECIDED'];

describe.skipIf(shared === undefined)('the trials', () => {
  let reader: PageReader;

  beforeAll(async () => {
    reader = await openPageReader({ models: hasModels ? models : undefined });
  });

  afterAll(async () => {
    await reader.close();
  });

  const pagesOf = (file: string): Promise<readonly PageReading[]> =>
    reader.read(readFileSync(join(shared ?? '', 'trials', file)), AbortSignal.timeout(timeoutMs));

  it.each(trials)('$file is read right ($kind)', { timeout: timeoutMs }, async ({ file, right }) => {
    const pages = await pagesOf(file);
    const fields = fieldsOf(pages);
    expect(fields.map(({ documentClass }) => documentClass)).toEqual(
      Array.from({ length: right.documents }, () => right.class),
    );
    const wanted = right.each ?? [right.fields ?? {}];
    const found = wanted.map((values, i) =>
      Object.fromEntries(
        Object.keys(values).map((name) => [
          name,
          fields[i]?.fields.find((field) => field.name === name)?.normalised,
        ]),
      ),
    );
    expect(found.map(comparableValues)).toEqual(wanted.map(comparableValues));
    expect(findingsOf(fields, pages).filter((code) => falseAlarms.includes(code))).toEqual([]);
  });

  it.skipIf(!hasModels).each(layers)(
    '$file is read as it is seen (D-02)',
    { timeout: timeoutMs },
    async ({ file, shown, hidden }) => {
      const pages = await pagesOf(file);
      const text = pages.flatMap(({ lines }) => lines.map((line) => line.text)).join('\n');
      expect({
        missing: shown.filter((words) => !text.includes(words)),
        believed: hidden.filter((words) => text.includes(words)),
      }).toEqual({ missing: [], believed: [] });
    },
  );
});

function fieldsOf(pages: readonly PageReading[]): readonly DocumentFields[] {
  const evidence = pages.flatMap((page) => partsOf(page, documentClasses));
  return findDocuments(evidence, documentClasses).map((found): DocumentFields => {
    const documentClass = documentClasses.find(({ name }) => name === found.documentClass);
    if (documentClass === undefined) throw new Error(`There is no class ${found.documentClass}.`);
    return extractDocument(found, documentClass, documentPages(found, pages));
  });
}

function findingsOf(fields: readonly DocumentFields[], pages: readonly PageReading[]): readonly string[] {
  const { documents } = judgeRun({
    documents: judgedDocuments(fields, pages),
    pageCount: pages.length,
    expectations: {},
    checks: true,
    acceptedAt: Date.parse('2025-06-01'),
  });
  return documents.flatMap(({ findings }) => findings.map(({ code }) => code));
}

function comparableValues(values: Readonly<Record<string, string | number | undefined>>): unknown {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, comparable('text', String(value))]),
  );
}

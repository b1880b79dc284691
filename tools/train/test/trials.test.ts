import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sharedData } from '@docfleet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPageReader, type PageReader } from '../src/read-pages.ts';

const shared = sharedData('pages of the trials');
const models = resolve(import.meta.dirname, '../../../.docfleet/models');
const timeoutMs = 120_000;

if (shared !== undefined && !existsSync(models))
  process.stderr.write(`SKIPPED: pages of the trials, because there are no models in ${models}.\n`);

/** Words that the pages of each file show, and words that they hide. */
const trials = [
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

describe.skipIf(shared === undefined || !existsSync(models))('the trials', () => {
  let reader: PageReader;

  beforeAll(async () => {
    reader = await openPageReader({ models });
  });

  afterAll(async () => {
    await reader.close();
  });

  it.each(trials)(
    '$file is read as it is seen (D-02)',
    { timeout: timeoutMs },
    async ({ file, shown, hidden }) => {
      const bytes = readFileSync(join(shared ?? '', 'trials', file));
      const pages = await reader.read(bytes, new AbortController().signal);
      const text = pages.flatMap(({ lines }) => lines.map((line) => line.text)).join('\n');
      expect({
        missing: shown.filter((words) => !text.includes(words)),
        believed: hidden.filter((words) => text.includes(words)),
      }).toEqual({ missing: [], believed: [] });
    },
  );
});

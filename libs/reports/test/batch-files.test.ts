import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { toPdf, toXlsx, toZip, type BatchReportInput } from '../src/index.ts';
import { readPdf } from './read-pdf.ts';
import { drawnPage, sampleBatch, sampleFile } from './sample-batch.ts';

const { signal } = new AbortController();

function pdfOf(batch: BatchReportInput, image: Uint8Array | undefined, maxPages = 100): Promise<Buffer> {
  const readImage = () => Promise.resolve(image);
  return buffer(Readable.from(toPdf(batch, { readImage, maxPages, signal })));
}

const wordsOf = async (pdf: Buffer) =>
  (await readPdf(pdf))
    .map((page) => page.map(({ text }) => text).join(' '))
    .map((text) => text.replaceAll(/\s+/g, ' '));

test('A-02: the report has a summary, the files with their reasons, and the pages with what was found', async () => {
  const pages = await wordsOf(await pdfOf(sampleBatch(8), await drawnPage()));
  expect(pages.length).toBe(2 + 7);
  expect(pages[0]).toContain('Batch report');
  expect(pages[0]).toContain('Grünflächenamt');
  expect(pages[0]).toMatch(/5 approved.*2 to review/);
  expect(pages[1]).toMatch(/rechnung-007\.pdf failed .*DOC_CORRUPT: The file is damaged/);
  expect(pages[2]).toMatch(/1 rechnung-001\.pdf .*Gärtnerei Müller & Söhne GmbH.*41 %/);
});

test('A-02: a repetition gives the same report, byte by byte', async () => {
  const image = await drawnPage();
  const [first, second] = [await pdfOf(sampleBatch(3), image), await pdfOf(sampleBatch(3), image)];
  expect(Buffer.compare(first, second)).toBe(0);
});

test('A-02: pages whose image is gone, and pages beyond the limit, are said', async () => {
  const gone = await wordsOf(await pdfOf(sampleBatch(2), undefined, 1));
  expect(gone[2]).toContain('The image of this page is not kept any more.');
  expect(gone[3]).toContain('1 further pages are not shown here');
});

test('A-02: values for which there is no room stand on pages of their own, each once', async () => {
  const file = sampleFile(1);
  const [document] = file.documents;
  const [field] = document?.fields ?? [];
  if (document === undefined || field === undefined) throw new Error('the sample has no field');
  const fields = Array.from({ length: 120 }, (_, index) => ({ ...field, value: `value-${String(index)}.` }));
  const batch = { ...sampleBatch(0), files: [{ ...file, documents: [{ ...document, fields }] }] };
  const text = (await wordsOf(await pdfOf(batch, undefined))).join(' ');
  const found = Array.from({ length: 120 }, (_, index) => text.split(`value-${String(index)}.`).length - 1);
  expect(new Set(found)).toEqual(new Set([1]));
});

test('A-02: text of strangers neither breaks the report nor moves what follows', async () => {
  const file = { ...sampleFile(1), name: `\u202e${'x'.repeat(300)}\n\u0000)Tj ET` };
  const pages = await wordsOf(await pdfOf({ ...sampleBatch(0), files: [file] }, undefined));
  expect(pages.length).toBe(3);
  expect(pages[1]).toContain('approved');
});

test('A-02: the archive has the reports and a folder for each file; a repetition gives the same bytes', async () => {
  const batch = sampleBatch(2);
  const [first, second] = batch.files;
  if (first === undefined || second === undefined) throw new Error('two files are needed');
  const named = { ...batch, files: [{ ...first, name: '../../a.pdf' }, second] };
  const zip = () =>
    buffer(
      toZip(named, ({ n }) => [
        { name: 'result.json', open: () => Promise.resolve(Readable.from([`{"of":${String(n)}}`])) },
        { name: 'gone.json', open: () => Promise.resolve(undefined) },
      ]),
    );
  const bytes = await zip();
  const entries = unzipSync(bytes);
  expect(Object.keys(entries)).toEqual([
    'report.json',
    'fields.csv',
    'files/001 _.._a.pdf/result.json',
    'files/002 rechnung-002.pdf/result.json',
  ]);
  expect(Buffer.from(entries['files/001 _.._a.pdf/result.json'] ?? []).toString()).toBe('{"of":1}');
  expect(Buffer.compare(bytes, await zip())).toBe(0);
});

test('A-02: an archive whose file cannot be read ends with the error, and is not taken for a whole one', async () => {
  const broken = () => [{ name: 'a', open: () => Promise.reject(new Error('the store is away')) }];
  await expect(buffer(toZip(sampleBatch(1), broken))).rejects.toThrow('the store is away');
  const cut = () => [
    {
      name: 'a',
      open: () =>
        Promise.resolve(
          new Readable({
            read() {
              this.destroy(new Error('the connection ended'));
            },
          }),
        ),
    },
  ];
  await expect(buffer(toZip(sampleBatch(1), cut))).rejects.toThrow('the connection ended');
});

test('A-02: the workbook has sheets of text and numbers, and no formula', async () => {
  const [file] = sampleBatch(1).files;
  if (file === undefined) throw new Error('a file is needed');
  const batch = { ...sampleBatch(0), files: [{ ...file, name: '=1+1\u0000' }] };
  const entries = unzipSync(await toXlsx(batch));
  const text = Object.entries(entries)
    .filter(([name]) => name.endsWith('.xml'))
    .map(([, bytes]) => Buffer.from(bytes).toString())
    .join('');
  expect(text).toMatch(/<t>=1\+1/);
  expect(text).not.toMatch(/<f>|<f /);
  for (const name of ['Summary', 'Files', 'Values', 'Checks']) expect(text).toContain(`name="${name}"`);
});

test('A-02: the workbook bounds its rows of values, and its summary says how many there are', async () => {
  const [file] = sampleBatch(1).files;
  const [document] = file?.documents ?? [];
  const [field] = document?.fields ?? [];
  if (file === undefined || document === undefined || field === undefined)
    throw new Error('a value is needed');
  const fields = Array.from({ length: 10_001 }, () => field);
  const batch = { ...sampleBatch(0), files: [{ ...file, documents: [{ ...document, fields }] }] };
  const entries = unzipSync(await toXlsx(batch));
  const sheets = Object.entries(entries).map(([, bytes]) => Buffer.from(bytes).toString());
  expect(Math.max(...sheets.map((sheet) => sheet.split('<row ').length - 1))).toBe(10_001);
  expect(sheets.join('')).toContain('10000 of 10001; the report as CSV has all of them');
});

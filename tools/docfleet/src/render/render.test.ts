import { expect, it } from 'vitest';
import { failedFile, type FileResult } from '../read/result.ts';
import { lengthOf } from './plain-text.ts';
import { progressLine } from './progress-line.ts';
import { progressOn } from './progress.ts';
import { renderCsv } from './render-csv.ts';
import { renderJson } from './render-json.ts';
import { renderResult } from './render-result.ts';
import { renderTable } from './render-table.ts';
import { renderTimings } from './render-timings.ts';

const at = { page: 1, words: '' };
const result: FileResult = {
  file: 'a.pdf',
  status: 'completed_with_gaps',
  verdict: 'review',
  failure: null,
  pageCount: 2,
  documents: [
    {
      index: 1,
      documentClass: 'invoice',
      confidence: 0.91,
      firstPage: 1,
      lastPage: 2,
      verdict: 'review',
      findings: [
        { severity: 'info', message: 'is not printed' },
        { severity: 'review', message: 'The total is unsure.' },
      ],
      gaps: ['buyer'],
      fields: [
        {
          name: 'seller',
          value: '=1+1',
          normalised: 'Ann "A", Lee\u001b[2J',
          confidence: 0.5,
          provenance: at,
        },
        { name: 'total', value: '-12.50', normalised: '-12.50', confidence: 1, provenance: at },
      ],
      rows: [{ group: 'lines', cells: { item: 'Tea' }, provenance: at }],
    },
  ],
  resultHash: 'abc',
  engines: ['onnx'],
  engineVersions: ['onnx-1'],
  timings: [{ stage: 'ocr', queuedMs: 5, activeMs: 1500 }],
  tookMs: 2000,
};
const failed = failedFile('b\u0007.pdf', { code: 'DOC_CORRUPT', message: 'The file is damaged.' });

it('a table names fields, doubts and gaps, without what a terminal would obey', () => {
  expect(renderTable(result)).toBe(
    [
      'a.pdf: review',
      '  invoice (0.91), pages 1 to 2',
      '    seller  Ann "A", Lee [2J  0.50    1',
      '    total   -12.50            1.00    1',
      '    1 rows: --format json or csv prints them',
      '    review: The total is unsure.',
      '    missing: buyer',
      '\n',
    ].join('\n'),
  );
  expect(renderTable(failed)).toBe('b .pdf: failed, DOC_CORRUPT: The file is damaged.\n\n');
  expect(
    Math.max(
      ...renderTable(result, 30)
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(30);
});

it('a terminal that says that it has no columns gets whole lines', () => {
  expect(renderResult(failed, 'table', { isTTY: true, columns: 0 })).toBe(renderTable(failed));
});

it('JSON is one line in a pipe, without times', () => {
  const line = renderJson(result, { isTerminal: false });
  expect(line.split('\n')).toHaveLength(2);
  expect(JSON.parse(line)).toEqual({ ...result, tookMs: undefined, timings: undefined });
  expect(renderJson(result, { isTerminal: true })).toContain('\n  "verdict": "review",\n');
});

it('CSV has a line for each field and cell, and no formula', () => {
  expect(renderCsv(result)).toBe(
    [
      `a.pdf,completed_with_gaps,review,,1,invoice,,seller,'=1+1,"Ann ""A"", Lee\u001b[2J",0.5,1`,
      'a.pdf,completed_with_gaps,review,,1,invoice,,total,-12.50,-12.50,1,1',
      'a.pdf,completed_with_gaps,review,,1,invoice,lines 1,item,Tea,,,1',
      '',
    ].join('\r\n'),
  );
  expect(renderCsv(failed)).toBe('b\u0007.pdf,failed,,DOC_CORRUPT,,,,,,,,\r\n');
});

it('timings name the stages', () => {
  expect(renderTimings(result)).toBe('a.pdf: 2.00 s, ocr 1.50\n');
});

it('progress is on a terminal only, and fits into its line', () => {
  expect(progressLine({ done: 1, total: 2, doing: 'a.pdf: ocr' }, 80)).toBe(
    '[##########..........] 1 of 2  a.pdf: ocr',
  );
  expect(lengthOf(progressLine({ done: 0, total: 2, doing: 'x'.repeat(90) }, 40))).toBe(39);
  const written: string[] = [];
  const output = (isTTY: boolean) => ({
    isTTY,
    write: (text: string) => written.push(text) > 0,
    once: () => 0,
  });
  progressOn(output(false)).show({ done: 0, total: 1, doing: '' });
  expect(written).toEqual([]);
  progressOn(output(true)).show({ done: 0, total: 1, doing: '' });
  expect(written).toEqual(['\r\u001b[K[....................] 0 of 1  ']);
});

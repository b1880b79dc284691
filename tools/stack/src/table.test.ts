import { expect, test } from 'vitest';
import { allEnded, renderResults, type FileResult, type ShownJob } from './table.ts';

const job: ShownJob = {
  runId: 'a',
  status: 'completed_with_gaps',
  verdict: 'review',
  failure: null,
  documents: [
    {
      index: 1,
      documentClass: 'invoice',
      confidence: 0.978,
      firstPage: 1,
      lastPage: 2,
      verdict: 'review',
      findings: ['total: net plus tax is 1,240.00, but 1,240.50 is printed'],
      gaps: [
        'a payment term is printed and was not extracted, on page 2 below the table of items, in small letters',
      ],
      fields: [
        { name: 'invoice_number', value: 'INV-2041', normalised: 'INV-2041', confidence: 0.99 },
        { name: 'total', value: '$1,240.50', normalised: '1240.50', confidence: 0.871 },
        {
          name: 'buyer_name',
          value: 'Example Office Supplies and Further Goods Limited\nSecond line',
          normalised: 'Example Office Supplies and Further Goods Limited',
          confidence: 0.5,
        },
      ],
    },
  ],
  engines: ['onnx'],
  timings: [
    { stage: 'preprocess', queuedMs: 12, activeMs: 210.4 },
    { stage: 'ocr', queuedMs: 30, activeMs: 900 },
    { stage: 'ocr', queuedMs: 500, activeMs: 1100 },
  ],
};

const completed: FileResult = { file: 'invoice.pdf', wallMs: 4230, job };

test('a document is a block with its fields, findings and gaps, and the time of each stage; a verdict is explained', () => {
  expect(renderResults([completed]).split('\n')).toEqual([
    '── invoice.pdf ─────────────────────────────────────────────── completed with gaps, review, 4.2 s ──',
    '   invoice 0.98, pages 1-2, review',
    '     invoice_number             INV-2041                                                     0.99',
    '     total                      $1,240.50                              1240.50               0.87',
    '     buyer_name                 Example Office Supplies and Further... Example Office Su...  0.50',
    '     finding: total: net plus tax is 1,240.00, but 1,240.50 is printed',
    '     gap: a payment term is printed and was not extracted, on page 2 below the table of items, in',
    '       small letters',
    '   ms   preprocess 210 | ocr 2000 | waiting 542',
    '',
    'review: a person must check the values of this document before they are used.',
    '1 file, 1 completed',
  ]);
});

test('a document that the fallback read says so', () => {
  const text = renderResults([{ ...completed, job: { ...job, engines: ['onnx', 'tesseract'] } }]);
  expect(text).toContain('\n   read by tesseract, because the first engine was not available\n');
  expect(renderResults([completed])).not.toContain('tesseract');
});

test('no line is wider than 100 columns', () => {
  const stages = Array.from({ length: 20 }, (_, n) => ({ stage: `stage-${n}`, queuedMs: 1, activeMs: 1234 }));
  const file = `${'long-name-'.repeat(20)}.pdf`;
  const text = renderResults([{ file, wallMs: 1, job: { ...job, timings: stages } }]);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('a failure is shown with its code and sentence', () => {
  const failure = { code: 'UNSUPPORTED_TYPE', message: 'The file is not a PDF.' };
  const failed: FileResult = {
    file: 'note.txt',
    wallMs: 900,
    job: { runId: 'b', status: 'failed', failure, documents: [], engines: [], timings: [] },
  };
  expect(renderResults([failed]).split('\n').slice(1)).toEqual([
    '   UNSUPPORTED_TYPE: The file is not a PDF.',
    '',
    '1 file, 0 completed, 1 ended otherwise',
  ]);
  expect(allEnded([completed, failed])).toBe(true);
});

test('a refused file has no result', () => {
  const refused: FileResult = {
    file: 'huge.pdf',
    wallMs: 90,
    refusal: { code: 'DOC_TOO_LARGE', message: 'More than 20 MiB.' },
  };
  const lines = renderResults([completed, refused]).split('\n');
  expect(lines.at(-4)).toBe('   DOC_TOO_LARGE: More than 20 MiB.');
  expect(lines.at(-1)).toBe('2 files, 1 completed, 1 without a result');
  expect(allEnded([completed, refused])).toBe(false);
});

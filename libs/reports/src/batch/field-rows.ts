import type { BatchReportInput } from './batch-report.ts';

export type Cell = string | number | null;

/** Columns of a table with a row for each value that was found. */
export const fieldColumns = [
  'file',
  'fileName',
  'runId',
  'status',
  'verdict',
  'failureCode',
  'failureMessage',
  'pages',
  'document',
  'documentClass',
  'documentVerdict',
  'field',
  'value',
  'normalised',
  'confidence',
  'page',
] as const;

/** A row for each value, and one for each file or document without any, in the order of the batch. */
export function* fieldRows(batch: BatchReportInput): Generator<readonly Cell[]> {
  for (const file of batch.files) {
    const { n, name, runId, status, verdict, failure, pageCount } = file;
    const start = [
      n,
      name,
      runId,
      status,
      verdict,
      failure?.code ?? null,
      failure?.message ?? null,
      pageCount,
    ];
    if (file.documents.length === 0) yield [...start, ...empty(8)];
    for (const document of file.documents) {
      const of = [document.index, document.documentClass, document.verdict];
      if (document.fields.length === 0) yield [...start, ...of, ...empty(5)];
      for (const field of document.fields) {
        const { value, normalised, confidence, page } = field;
        yield [...start, ...of, field.name, value, normalised, confidence, page];
      }
    }
  }
}

function empty(count: number): readonly null[] {
  return Array.from({ length: count }, () => null);
}

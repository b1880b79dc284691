import { isoOf } from '@docfleet/domain';
import writeXlsxFile, { type Cell as SheetCell, type SheetData } from 'write-excel-file/node';
import { aggregate, coverageOf, latencyOf } from './aggregate.ts';
import type { BatchReportInput } from './batch-report.ts';
import { fieldColumns, fieldRows, type Cell } from './field-rows.ts';

/**
 * Rows of values at most. A workbook is made in memory, 6 to 11 kB for each row, so that four reports at once stay within
 * 300 MB; CSV, which is streamed, has all rows.
 */
const maxFieldRows = 10_000;

/** Longest text of a cell, in characters, as Excel allows. */
const maxCellLength = 32_767;

/** Characters that the XML of a sheet cannot have. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Cs}]/gu;

/** A batch as a workbook: summary, files, values and checks. Text is text in every cell, never a formula. */
export async function toXlsx(batch: BatchReportInput): Promise<Buffer> {
  const values = [...take(fieldRows(batch), maxFieldRows)];
  const rows = countOf(fieldRows(batch));
  return writeXlsxFile([
    { sheet: 'Summary', data: [...summarySheet(batch), ...leftOut(rows)], columns: widths(28, 60) },
    { sheet: 'Files', data: fileSheet(batch), columns: widths(6, 40, 38, 20, 10, 24, 8, 11, 11, 8, 14, 66) },
    {
      sheet: 'Values',
      data: [headings(fieldColumns), ...values.map((row) => row.map(cellOf))],
      columns: widths(6, 40, 38, 20, 10, 20, 30, 7, 10, 18, 12, 24, 30, 24, 11, 7),
      stickyRowsCount: 1,
    },
    { sheet: 'Checks', data: checkSheet(batch), columns: widths(24, 10, 10, 100) },
  ]).toBuffer();
}

function summarySheet(batch: BatchReportInput): SheetData {
  const { summary, hash } = aggregate(batch);
  const { latencyMs, coverage } = summary;
  const lines: readonly (readonly [string, Cell])[] = [
    ['Batch', batch.batchId],
    ['State', batch.state],
    ['Requester', batch.requester.name],
    ['E-mail', batch.requester.email],
    ['Notes', batch.requester.notes],
    ['Created', isoOf(batch.createdAt)],
    ['Ended', batch.endedAt === null ? null : isoOf(batch.endedAt)],
    ['Period', batch.period],
    ...Object.entries(batch.metadata),
    ['Files', summary.files],
    ...Object.entries(summary.byStatus).filter(([, count]) => count > 0),
    ['Pages', summary.pages],
    ['Documents', summary.documents],
    ['Fields answered', coverage.fieldsAnswered],
    ['Fields expected', coverage.fieldsExpected],
    ['Gaps', coverage.gaps],
    ['Error rate', summary.errorRate],
    ['Files per hour', summary.filesPerHour],
    ['Seconds per file, mean', latencyMs && latencyMs.mean / 1000],
    ['Seconds per file, p50', latencyMs && latencyMs.p50 / 1000],
    ['Seconds per file, p95', latencyMs && latencyMs.p95 / 1000],
    ['Hash of all results', hash],
  ];
  return lines.map(([name, value]) => [heading(name), cellOf(value)]);
}

/** Says in the summary that rows of values are missing. */
function leftOut(rows: number): SheetData {
  if (rows <= maxFieldRows) return [];
  const text = `${String(maxFieldRows)} of ${String(rows)}; the report as CSV has all of them`;
  return [[heading('Rows of values'), cellOf(text)]];
}

const fileColumns = [
  'file',
  'name',
  'runId',
  'status',
  'verdict',
  'failure',
  'pages',
  'answered',
  'expected',
  'gaps',
  'seconds',
  'resultHash',
] as const;

function fileSheet({ files }: BatchReportInput): SheetData {
  const rows = files.map((file): readonly Cell[] => {
    const coverage = coverageOf(file.documents);
    const [latencyMs] = latencyOf(file);
    return [
      file.n,
      file.name,
      file.runId,
      file.status,
      file.verdict,
      file.failure?.code ?? null,
      file.pageCount,
      coverage.fieldsAnswered,
      coverage.fieldsExpected,
      coverage.gaps,
      latencyMs === undefined ? null : latencyMs / 1000,
      file.hashes?.stated ?? null,
    ];
  });
  return [headings(fileColumns), ...rows.map((row) => row.map(cellOf))];
}

function checkSheet(batch: BatchReportInput): SheetData {
  const rows = aggregate(batch).checks.flatMap(({ name, passed, problems, problemCount }) => {
    const start: readonly Cell[] = [name, passed ? 'passed' : 'failed', problemCount];
    return problems.length === 0 ? [[...start, null]] : problems.map((problem) => [...start, problem]);
  });
  return [headings(['check', 'outcome', 'problems', 'problem']), ...rows.map((row) => row.map(cellOf))];
}

function headings(names: readonly string[]): SheetCell[] {
  return names.map(heading);
}

function heading(name: string): SheetCell {
  return { type: String, value: textOf(name), fontWeight: 'bold' };
}

function cellOf(cell: Cell): SheetCell {
  if (cell === null) return null;
  return typeof cell === 'number' ? { type: Number, value: cell } : { type: String, value: textOf(cell) };
}

function textOf(text: string): string {
  return text.replaceAll(unwritable, '\ufffd').slice(0, maxCellLength);
}

function widths(...columns: readonly number[]): { width: number }[] {
  return columns.map((width) => ({ width }));
}

function countOf(items: Iterable<unknown>): number {
  let count = 0;
  for (const item of items) if (item !== undefined) count += 1;
  return count;
}

function* take<T>(items: Iterable<T>, count: number): Generator<T> {
  let taken = 0;
  for (const item of items) {
    if (taken >= count) return;
    taken += 1;
    yield item;
  }
}

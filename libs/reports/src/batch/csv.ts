import { csvLine } from '@docfleet/domain';
import type { BatchReportInput } from './batch-report.ts';
import { fieldColumns, fieldRows } from './field-rows.ts';

/** The values of a batch as CSV in UTF-8 with a line of headings, line by line. */
export function* toCsv(batch: BatchReportInput): Generator<string> {
  yield csvLine(fieldColumns);
  for (const row of fieldRows(batch)) yield csvLine(row);
}

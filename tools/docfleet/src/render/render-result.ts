import type { FileResult } from '../read/result.ts';
import type { Format } from '../read/arguments.ts';
import type { Output } from '../shell.ts';
import { renderCsv } from './render-csv.ts';
import { renderJson } from './render-json.ts';
import { renderTable } from './render-table.ts';

/** A result in a format, for where it is written. */
export function renderResult(
  result: FileResult,
  format: Format,
  { isTTY = false, columns }: Pick<Output, 'isTTY' | 'columns'>,
): string {
  switch (format) {
    case 'table':
      return renderTable(result, columns);
    case 'json':
      return renderJson(result, { isTerminal: isTTY });
    case 'csv':
      return renderCsv(result);
  }
}

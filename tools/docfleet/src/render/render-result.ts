import type { FileResult } from '../read/result.ts';
import type { Format } from '../read/arguments.ts';
import type { Output } from '../shell.ts';
import { renderCsv } from './render-csv.ts';
import { renderJson } from './render-json.ts';
import { defaultWidth, renderTable } from './render-table.ts';
import { widthOf } from './width.ts';

/** A result in a format, for where it is written. */
export function renderResult(
  result: FileResult,
  format: Format,
  output: Pick<Output, 'isTTY' | 'columns'>,
): string {
  switch (format) {
    case 'table':
      return renderTable(result, widthOf(output, defaultWidth));
    case 'json':
      return renderJson(result, { isTerminal: output.isTTY === true });
    case 'csv':
      return renderCsv(result);
  }
}

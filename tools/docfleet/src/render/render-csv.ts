import { csvLine } from '@docfleet/domain';
import type { FileResult } from '../read/result.ts';

const columns = [
  'file',
  'status',
  'verdict',
  'code',
  'document',
  'class',
  'row',
  'field',
  'value',
  'normalised',
  'confidence',
  'page',
] as const;

type Line = Partial<Record<(typeof columns)[number], string | number | null>>;

/** The first line of the table, in UTF-8. */
export const csvHeader = csvLine(columns);

/** A line for each field and each cell of a row; one alone for a document, or a file, without any. */
export function renderCsv(result: FileResult): string {
  const { file, status, verdict, failure, documents } = result;
  const common: Line = { file, status, verdict, code: failure?.code ?? null };
  const lines = documents.flatMap((document): Line[] => {
    const of: Line = { ...common, document: document.index, class: document.documentClass };
    const fields = document.fields.map(
      ({ name, value, normalised, confidence, provenance: { page } }): Line => ({
        ...of,
        ...{ field: name, value, normalised, confidence, page },
      }),
    );
    const cells = document.rows.flatMap(({ group, cells: values, provenance: { page } }, index) =>
      Object.entries(values).map(([name, value]): Line => ({
        ...of,
        ...{ row: `${group} ${index + 1}`, field: name, value, page },
      })),
    );
    const all = [...fields, ...cells];
    return all.length === 0 ? [of] : all;
  });
  return (lines.length === 0 ? [common] : lines).map(lineOf).join('');
}

function lineOf(line: Line): string {
  return csvLine(columns.map((column) => line[column] ?? null));
}

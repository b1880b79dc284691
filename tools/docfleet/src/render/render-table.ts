import type { FileResult } from '../read/result.ts';
import { lengthOf, plainText, shortened } from './plain-text.ts';

/** Width of a table where the terminal does not tell its own, in columns. */
export const defaultWidth = 100;

type Row = readonly [name: string, value: string, confidence: string, page: string];

/** What a person wants to know of a file: what became of it and why, its fields, and what is missing. */
export function renderTable(result: FileResult, width = defaultWidth): string {
  const lines = [headline(result)];
  for (const document of result.documents) {
    const { documentClass, firstPage, lastPage, confidence, findings, gaps, rows } = document;
    const pages = firstPage === lastPage ? `page ${firstPage}` : `pages ${firstPage} to ${lastPage}`;
    lines.push(`  ${documentClass} (${confidence.toFixed(2)}), ${pages}`);
    lines.push(
      ...table(
        document.fields.map(({ name, normalised, confidence: sure, provenance: { page } }) => [
          name,
          plainText(normalised),
          sure.toFixed(2),
          String(page),
        ]),
        width,
      ),
    );
    if (rows.length > 0) lines.push(`    ${rows.length} rows: --format json or csv prints them`);
    for (const { severity, message } of findings)
      if (severity !== 'info') lines.push(`    ${severity}: ${plainText(message)}`);
    for (const gap of gaps) lines.push(`    missing: ${plainText(gap)}`);
  }
  return `${lines.map((line) => shortened(line, width)).join('\n')}\n\n`;
}

function headline({ file, verdict, failure }: FileResult): string {
  const name = plainText(file);
  if (failure !== null) return `${name}: failed, ${failure.code}: ${plainText(failure.message)}`;
  return `${name}: ${verdict ?? 'failed'}`;
}

function table(rows: readonly Row[], width: number): readonly string[] {
  if (rows.length === 0) return [];
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const longest = Math.max(...rows.map(([, value]) => lengthOf(value)));
  // Four columns of indent, two between columns, four of confidence, three of the page.
  const valueWidth = Math.max(10, Math.min(longest, width - nameWidth - 17));
  return rows.map(([name, value, confidence, page]) => {
    const short = shortened(value, valueWidth);
    const padding = ' '.repeat(valueWidth - lengthOf(short));
    return `    ${name.padEnd(nameWidth)}  ${short}${padding}  ${confidence}  ${page.padStart(3)}`;
  });
}

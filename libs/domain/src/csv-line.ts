/** What a spreadsheet takes for the beginning of a formula, also after blanks. */
const formula = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** A number as it is, or a dash alone: no spreadsheet takes it for a formula. */
const noFormula = /^-?\d+(?:\.\d+)?$|^-$/;

/** A line of a table as CSV (RFC 4180), with its end. Text that a spreadsheet would execute begins with an apostrophe. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: string | number | null): string {
  if (cell === null) return '';
  const text = String(cell);
  const safe = formula.test(text) && !noFormula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

import { coverageOf, latencyOf } from '../aggregate.ts';
import type { BatchReportInput, ReportFile } from '../batch-report.ts';
import { hasResult } from '../file-states.ts';
import { bottom, colours, contentWidth, margin, type Pen, type TextStyle } from './pen.ts';
import { durationText, stateOf } from './words.ts';

interface Column {
  readonly title: string;
  readonly width: number;
  readonly align?: 'right';
  readonly of: (file: ReportFile) => readonly [text: string, style?: TextStyle];
}

const numberWidth = 24;

const columns: readonly Column[] = [
  { title: '#', width: numberWidth, align: 'right', of: ({ n }) => [String(n), { colour: colours.muted }] },
  { title: 'File', width: 192, of: ({ name }) => [name] },
  {
    title: 'Outcome',
    width: 58,
    of: (file) => {
      const [text, colour] = stateOf(file);
      return [text, { colour, bold: true }];
    },
  },
  { title: 'Pages', width: 34, align: 'right', of: ({ pageCount }) => [String(pageCount)] },
  {
    title: 'Fields',
    width: 46,
    align: 'right',
    of: (file) => {
      const { fieldsAnswered, fieldsExpected } = coverageOf(file.documents);
      return [hasResult(file) ? `${String(fieldsAnswered)} / ${String(fieldsExpected)}` : ''];
    },
  },
  {
    title: 'Gaps',
    width: 30,
    align: 'right',
    of: (file) => [hasResult(file) ? String(coverageOf(file.documents).gaps) : ''],
  },
  {
    title: 'Time',
    width: 52,
    align: 'right',
    of: (file) => {
      const [ms] = latencyOf(file);
      return [ms === undefined ? '' : durationText(ms)];
    },
  },
  {
    title: 'Hash',
    width: 71,
    align: 'right',
    of: ({ hashes }) => [hashes?.stated.slice(0, 12) ?? '', { size: 7, colour: colours.muted }],
  },
];

const gap = 1;

/** Draws a row for each file, on as many pages as it takes; a file without a result says why below its name. */
export function drawFileTable(pen: Pen, { files }: BatchReportInput): void {
  let y = beginPage(pen, 'Files');
  for (const [index, file] of files.entries()) {
    const height = file.failure === null ? 15 : 26;
    if (y + height > bottom) y = beginPage(pen, 'Files, continued');
    if (index % 2 === 1) pen.box({ x: margin, y, width: contentWidth, height }, { fill: colours.shade });
    drawCells(pen, y + 2, (column) => column.of(file));
    if (file.failure !== null) {
      const { code, message } = file.failure;
      const place = { x: margin + numberWidth + gap + 3, y: y + 13, width: contentWidth - 40 };
      pen.text(`${code}: ${message}`, place, { size: 7, colour: colours.bad });
    }
    y += height;
  }
}

function beginPage(pen: Pen, title: string): number {
  pen.addPage();
  const y =
    margin + pen.text(title, { x: margin, y: margin, width: contentWidth }, { size: 14, bold: true }) + 6;
  drawCells(pen, y, ({ title: text }) => [text, { size: 7, colour: colours.muted, bold: true }]);
  pen.line(y + 13);
  return y + 15;
}

function drawCells(
  pen: Pen,
  y: number,
  cellOf: (column: Column) => readonly [text: string, style?: TextStyle],
): void {
  let x = margin;
  for (const column of columns) {
    const [text, style = {}] = cellOf(column);
    const place = { x: x + 3, y, width: column.width - 6 };
    pen.text(text, place, { size: 8, align: column.align ?? 'left', ...style });
    x += column.width + gap;
  }
}

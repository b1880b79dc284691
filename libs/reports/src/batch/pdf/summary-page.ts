import type { BatchAggregate, BatchSummary } from '../aggregate.ts';
import type { BatchReportInput } from '../batch-report.ts';
import type { Check } from '../checks.ts';
import { hasFailed } from '../file-states.ts';
import { bottom, colours, contentWidth, margin, type Colour, type Pen } from './pen.ts';
import { checkTitles, durationText, plural, shareText, timeText } from './words.ts';

/** Entries that the first page names at most, of each kind; the JSON has all. */
const maxFacts = 16;
const maxFailures = 8;
const maxProblems = 3;

/** Draws the first page: what the batch was, how it ended, in figures, and what was checked. */
export function drawSummary(
  pen: Pen,
  batch: BatchReportInput,
  { summary, checks, hash }: BatchAggregate,
): void {
  pen.addPage();
  let y = margin;
  y += pen.text('Batch report', { x: margin, y, width: contentWidth - 170 }, { size: 22, bold: true });
  drawState(pen, batch);
  y += pen.text(`Batch ${batch.batchId} of ${batch.tenantId}`, wide(y), { colour: colours.muted }) + 10;
  pen.line(y);
  y = drawFacts(pen, batch, y + 10) + 12;
  y = drawTiles(pen, batch, summary, y) + 14;
  y = drawVerdicts(pen, batch, summary, y) + 16;
  y = drawChecks(pen, checks, y) + 10;
  y = drawFailures(pen, summary, y);
  const text = `Hash of all results (SHA-256): ${hash}`;
  if (y + 12 < bottom) pen.text(text, wide(y), { size: 7, colour: colours.muted });
}

const wide = (y: number) => ({ x: margin, y, width: contentWidth });

const stateColours: Readonly<Record<BatchReportInput['state'], Colour>> = {
  QUEUED: colours.muted,
  PROCESSING: colours.accent,
  COMPLETED: colours.good,
  PARTIALLY_COMPLETED: colours.warning,
  FAILED: colours.bad,
  CANCELLED: colours.muted,
};

function drawState(pen: Pen, { state }: BatchReportInput): void {
  const area = { x: margin + contentWidth - 160, y: margin + 4, width: 160 };
  pen.box({ ...area, height: 22 }, { fill: stateColours[state], radius: 11 });
  const text = state.replaceAll('_', ' ').toLowerCase();
  pen.text(text, { ...area, y: area.y + 4.5 }, { bold: true, colour: colours.white, align: 'center' });
}

/** Who asked for it and when, then the free fields, in two columns. */
function drawFacts(pen: Pen, batch: BatchReportInput, top: number): number {
  const { requester, createdAt, endedAt, period, metadata, options } = batch;
  const facts: readonly (readonly [string, string | null])[] = [
    ['Requested by', requester.name],
    ['E-mail', requester.email],
    ['Created', timeText(createdAt)],
    ['Ended', endedAt === null ? 'not yet' : timeText(endedAt)],
    ['Period', period],
    ...Object.entries(metadata),
    ...Object.entries(options).map(([name, value]) => [`Option ${name}`, value] as const),
  ];
  const known = facts.flatMap(([name, value]) =>
    value === null || value === '' ? [] : [[name, value] as const],
  );
  const shown = known.slice(0, maxFacts);
  const half = Math.ceil(shown.length / 2);
  const columnWidth = contentWidth / 2 - 8;
  const rowHeight = 14;
  for (const [index, [name, value]] of shown.entries()) {
    const x = margin + (index < half ? 0 : columnWidth + 16);
    const y = top + (index % half) * rowHeight;
    pen.text(name, { x, y, width: 84 }, { colour: colours.muted });
    pen.text(value, { x: x + 88, y, width: columnWidth - 88 });
  }
  const y = top + half * rowHeight;
  if (requester.notes === null || requester.notes === '') return y;
  pen.text('Notes', { x: margin, y, width: 84 }, { colour: colours.muted });
  return y + pen.text(requester.notes, { x: margin + 88, y, width: contentWidth - 88 }, { maxLines: 3 });
}

function drawTiles(pen: Pen, batch: BatchReportInput, summary: BatchSummary, top: number): number {
  const { coverage, latencyMs, byStatus } = summary;
  const withResult = byStatus.completed + byStatus.completed_with_gaps;
  const failed = batch.files.filter(hasFailed).length;
  const rate = summary.filesPerHour;
  const tiles: readonly (readonly [figure: string, caption: string])[] = [
    [String(summary.files), plural(summary.pages, 'page in these files', 'pages in these files')],
    [String(withResult), 'files with a result'],
    [String(failed), `files failed (${shareText(failed, summary.ended)})`],
    [
      shareText(coverage.fieldsAnswered, coverage.fieldsExpected),
      `${String(coverage.fieldsAnswered)} of ${String(coverage.fieldsExpected)} fields answered`,
    ],
    [latencyMs === null ? '–' : durationText(latencyMs.p50), 'median time of a file'],
    [
      latencyMs === null ? '–' : durationText(latencyMs.p95),
      `95 % of files; mean ${latencyMs === null ? '–' : durationText(latencyMs.mean)}`,
    ],
    [rate === null ? '–' : rate.toFixed(0), 'files an hour'],
    [String(coverage.gaps), 'gaps: seen or expected, and not extracted'],
  ];
  const gap = 8;
  const [width, height] = [(contentWidth - 3 * gap) / 4, 50];
  for (const [index, [figure, caption]] of tiles.entries()) {
    const x = margin + (index % 4) * (width + gap);
    const y = top + Math.floor(index / 4) * (height + gap);
    pen.box({ x, y, width, height }, { fill: colours.shade, radius: 4 });
    pen.text(
      index === 0 ? `${figure} files` : figure,
      { x: x + 8, y: y + 5, width: width - 16 },
      { size: 15, bold: true },
    );
    pen.text(
      caption,
      { x: x + 8, y: y + 26, width: width - 14 },
      { size: 7, colour: colours.muted, maxLines: 2 },
    );
  }
  return top + 2 * height + gap;
}

/** A bar whose parts are the verdicts, with a legend below. */
function drawVerdicts(
  pen: Pen,
  batch: BatchReportInput,
  { byVerdict, files }: BatchSummary,
  top: number,
): number {
  const judged = byVerdict.approve + byVerdict.review + byVerdict.reject;
  const parts: readonly (readonly [caption: string, count: number, colour: Colour])[] = [
    ['approved', byVerdict.approve, colours.good],
    ['to review', byVerdict.review, colours.warning],
    ['rejected', byVerdict.reject, colours.bad],
    ['without a verdict', batch.files.length - judged, colours.line],
  ];
  let y = top + pen.text('Verdicts', wide(top), { size: 11, bold: true }) + 3;
  let x = margin;
  for (const [, count, colour] of parts) {
    const width = files === 0 ? 0 : (contentWidth * count) / files;
    if (width > 0) pen.box({ x, y, width, height: 10 }, { fill: colour });
    x += width;
  }
  y += 15;
  for (const [index, [caption, count, colour]] of parts.entries()) {
    const left = margin + (index * contentWidth) / 4;
    pen.box({ x: left, y: y + 3, width: 7, height: 7 }, { fill: colour });
    pen.text(`${String(count)} ${caption}`, { x: left + 12, y, width: contentWidth / 4 - 14 }, { size: 8 });
  }
  return y + 12;
}

function drawChecks(pen: Pen, checks: readonly Check[], top: number): number {
  let y = top + pen.text('Checks after the batch', wide(top), { size: 11, bold: true }) + 3;
  for (const { name, passed, problems, problemCount } of checks) {
    const colour = passed ? colours.good : colours.bad;
    pen.box({ x: margin, y: y + 1, width: 38, height: 11 }, { fill: colour, radius: 2 });
    pen.text(
      passed ? 'passed' : 'failed',
      { x: margin, y: y + 1.5, width: 38 },
      { size: 7, bold: true, colour: colours.white, align: 'center' },
    );
    y += pen.text(checkTitles[name], { x: margin + 46, y, width: contentWidth - 46 }, { maxLines: 2 });
    const named = problems.slice(0, maxProblems);
    const more = problemCount - named.length;
    const lines = more > 0 ? [...named, `and ${String(more)} more`] : named;
    for (const line of lines) {
      y += pen.text(
        line,
        { x: margin + 46, y, width: contentWidth - 46 },
        { size: 8, colour: colours.muted },
      );
    }
    y += 3;
  }
  return y;
}

function drawFailures(pen: Pen, { failures }: BatchSummary, top: number): number {
  if (failures.length === 0) return top;
  let y = top + pen.text('Why files failed', wide(top), { size: 11, bold: true }) + 3;
  for (const { code, message, files } of failures.slice(0, maxFailures)) {
    if (y + 24 > bottom) break;
    pen.text(plural(files, 'file', 'files'), { x: margin, y, width: 44 }, { colour: colours.muted });
    pen.text(code, { x: margin + 46, y, width: 140 }, { bold: true, size: 8 });
    y += pen.text(message, { x: margin + 190, y, width: contentWidth - 190 }, { size: 8, maxLines: 2 }) + 2;
  }
  return y + 6;
}

import type { Box } from '@docfleet/domain';
import type { ReportDocument, ReportField, ReportFile, ReportPage } from '../batch-report.ts';
import { bottom, colours, contentWidth, margin, type Pen } from './pen.ts';
import { confidenceColour, durationText, plural, stateOf, verdictOf } from './words.ts';
import { latencyOf } from '../aggregate.ts';

/** Width of the page's image, and of the list of values beside it, in points. */
const imageWidth = 352;
const listLeft = margin + imageWidth + 14;
const listWidth = contentWidth - imageWidth - 14;

/** Findings and gaps that are named above the first page of a document. */
const maxRemarks = 6;

/** A value with the number that its box has on the page. */
interface Numbered {
  readonly number: number;
  readonly field: ReportField;
}

/** A page that a report shows: one on which values were found, or the first one of a document. */
export interface ShownPage {
  readonly document: ReportDocument;
  readonly page: ReportPage;
  readonly isFirst: boolean;
}

export function shownPages(file: ReportFile): readonly ShownPage[] {
  const pages = new Map(file.pages.map((page) => [page.page, page]));
  return file.documents.flatMap((document) => {
    const numbers = new Set([document.firstPage, ...document.fields.map(({ page }) => page)]);
    return [...numbers]
      .toSorted((a, b) => a - b)
      .flatMap((number) => {
        const page = pages.get(number);
        return page === undefined ? [] : [{ document, page, isFirst: number === document.firstPage }];
      });
  });
}

/** Draws a page of a document with a box around each value, and the values beside it. `jpeg` is undefined where the image is gone. */
export function drawEvidencePage(
  pen: Pen,
  file: ReportFile,
  { document, page, isFirst }: ShownPage,
  jpeg: Buffer | undefined,
): void {
  pen.addPage();
  let y = drawHeading(pen, file, document, page);
  if (isFirst) y = drawRemarks(pen, document, y);
  const top = y + 6;
  const fields = document.fields.filter((field) => field.page === page.page);
  const numbered = fields.map((field, index): Numbered => ({ number: index + 1, field }));
  drawImage(pen, page, { top, jpeg, numbered });
  const rest = drawList(pen, numbered, { x: listLeft, width: listWidth, top });
  continueList(pen, file, rest);
}

function drawHeading(pen: Pen, file: ReportFile, document: ReportDocument, page: ReportPage): number {
  let y = margin;
  const title = `${String(file.n)}  ${file.name}`;
  y += pen.text(title, { x: margin, y, width: contentWidth - 90 }, { size: 13, bold: true });
  const [text, colour] = file.documents.length === 1 ? stateOf(file) : verdictOf(document.verdict);
  pen.box(
    { x: margin + contentWidth - 80, y: margin + 1, width: 80, height: 16 },
    { fill: colour, radius: 8 },
  );
  const label = { x: margin + contentWidth - 80, y: margin + 3, width: 80 };
  pen.text(text, label, { size: 8, bold: true, colour: colours.white, align: 'center' });
  const [ms] = latencyOf(file);
  const facts = [
    document.documentClass,
    `page ${String(page.page)} of ${String(file.pageCount)}`,
    ...(file.documents.length > 1
      ? [`document ${String(document.index)} of ${String(file.documents.length)}`]
      : []),
    ...(document.coverage === null
      ? []
      : [
          `${String(document.coverage.fieldsAnswered)} of ${String(document.coverage.fieldsExpected)} fields answered`,
        ]),
    ...(ms === undefined ? [] : [durationText(ms)]),
  ];
  y +=
    pen.text(facts.join('  ·  '), { x: margin, y, width: contentWidth - 90 }, { colour: colours.muted }) + 5;
  pen.line(y);
  return y + 4;
}

function drawRemarks(pen: Pen, document: ReportDocument, top: number): number {
  const findings = document.findings.map(({ severity, message }) => {
    const colour =
      severity === 'reject' ? colours.bad : severity === 'review' ? colours.warning : colours.muted;
    return { label: severity, text: message, colour };
  });
  const gaps = document.gaps.map((text) => ({ label: 'gap', text, colour: colours.warning }));
  const all = [...findings, ...gaps];
  let y = top;
  for (const { label, text, colour } of all.slice(0, maxRemarks)) {
    pen.text(label, { x: margin, y, width: 40 }, { size: 8, bold: true, colour });
    y += pen.text(text, { x: margin + 44, y, width: contentWidth - 44 }, { size: 8, maxLines: 2 }) + 1;
  }
  const more = all.length - maxRemarks;
  if (more <= 0) return y;
  const text = `and ${plural(more, 'more remark', 'more remarks')} in the JSON`;
  return (
    y + pen.text(text, { x: margin + 44, y, width: contentWidth - 44 }, { size: 8, colour: colours.muted })
  );
}

function drawImage(
  pen: Pen,
  { widthPx, heightPx }: ReportPage,
  shown: { readonly top: number; readonly jpeg: Buffer | undefined; readonly numbered: readonly Numbered[] },
): void {
  const { top, jpeg, numbered } = shown;
  const scale = Math.min(imageWidth / widthPx, (bottom - top) / heightPx);
  const area = { x: margin, y: top, width: widthPx * scale, height: heightPx * scale };
  if (jpeg !== undefined) pen.image(jpeg, area);
  pen.box(area, { stroke: colours.line });
  if (jpeg === undefined) {
    const place = { x: area.x, y: top + area.height / 2, width: area.width };
    pen.text('The image of this page is not kept any more.', place, {
      colour: colours.muted,
      align: 'center',
    });
  }
  for (const { number, field } of numbered) drawBox(pen, { number, field, scale, top });
}

/** A frame around a value, and its number at the upper left corner, outside so that it covers nothing. */
function drawBox(
  pen: Pen,
  { number, field, scale, top }: Numbered & { readonly scale: number; readonly top: number },
): void {
  const colour = confidenceColour(field.confidence);
  const [left, upper, right, lower] = field.box.map((edge) => edge * scale) as unknown as Box;
  const pad = 1.2;
  const x = margin + left - pad;
  const y = top + upper - pad;
  const size = { width: Math.max(3, right - left) + 2 * pad, height: Math.max(3, lower - upper) + 2 * pad };
  pen.box({ x, y, ...size }, { stroke: colour, lineWidth: 1, radius: 1 });
  const tag = { x: Math.max(margin, x - 11), y: Math.max(top, y - 1), width: number > 9 ? 13 : 10 };
  pen.box({ ...tag, height: 8.5 }, { fill: colour, radius: 1.5 });
  pen.text(
    String(number),
    { ...tag, y: tag.y - 0.2 },
    { size: 6, bold: true, colour: colours.white, align: 'center' },
  );
}

/** Draws as many values as fit, and gives the others. */
function drawList(
  pen: Pen,
  fields: readonly Numbered[],
  { x, width, top }: { readonly x: number; readonly width: number; readonly top: number },
): readonly Numbered[] {
  let y = top;
  for (const [index, { number, field }] of fields.entries()) {
    const valueStyle = { bold: true, maxLines: 3 };
    const textWidth = width - 18;
    const height = 11 + pen.heightOf(field.value, textWidth, valueStyle) + 7;
    if (y + height > bottom) return fields.slice(index);
    const colour = confidenceColour(field.confidence);
    pen.box({ x, y: y + 1.5, width: 13, height: 9 }, { fill: colour, radius: 2 });
    const label = { size: 6.5, bold: true, colour: colours.white, align: 'center' } as const;
    pen.text(String(number), { x, y: y + 1.6, width: 13 }, label);
    pen.text(field.name, { x: x + 18, y, width: textWidth - 30 }, { size: 8, colour: colours.muted });
    const certainty = `${String(Math.round(field.confidence * 100))} %`;
    pen.text(certainty, { x: x + width - 30, y, width: 30 }, { size: 8, colour, align: 'right' });
    y += 11;
    y += pen.text(field.value, { x: x + 18, y, width: textWidth }, valueStyle);
    if (field.normalised !== field.value && y + 18 < bottom) {
      y += pen.text(
        `as ${field.normalised}`,
        { x: x + 18, y, width: textWidth },
        { size: 7, colour: colours.muted },
      );
    }
    y += 6;
  }
  return [];
}

/** Values for which there was no room beside the image, on pages of their own. */
function continueList(pen: Pen, file: ReportFile, fields: readonly Numbered[]): void {
  let rest = fields;
  while (rest.length > 0) {
    pen.addPage();
    const title = `${String(file.n)}  ${file.name}, more values of the page before`;
    const top =
      margin + pen.text(title, { x: margin, y: margin, width: contentWidth }, { size: 11, bold: true }) + 8;
    const width = contentWidth / 2 - 8;
    const left = drawList(pen, rest, { x: margin, width, top });
    rest = drawList(pen, left, { x: margin + width + 16, width, top });
  }
}

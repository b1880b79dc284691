import type { Box, Line, Word } from '@docfleet/domain';
import type { TextPage } from './text-page.ts';
import { xmlText } from './xml-text.ts';

/** The words of a document as ALTO 4 (Library of Congress, alto-4-4.xsd): places in pixels of the page images, confidences from 0 to 1. */
export function toAlto(pages: readonly TextPage[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
      'xsi:schemaLocation="http://www.loc.gov/standards/alto/ns-v4# http://www.loc.gov/standards/alto/v4/alto-4-4.xsd" SCHEMAVERSION="4.4">',
    '<Description>',
    '<MeasurementUnit>pixel</MeasurementUnit>',
    '<Processing ID="PROCESSING_1"><processingSoftware><softwareName>docfleet</softwareName></processingSoftware></Processing>',
    '</Description>',
    '<Layout>',
    ...pages.map(pageElement),
    '</Layout>',
    '</alto>',
    '',
  ].join('\n');
}

function pageElement({ page, widthPx, heightPx, lines }: TextPage): string {
  const id = String(page);
  const size = `WIDTH="${String(widthPx)}" HEIGHT="${String(heightPx)}"`;
  const place = `HPOS="0" VPOS="0" ${size}`;
  const inner = lines.map((line, index) => lineElement(line, `${id}_${String(index + 1)}`));
  // A block has at least one line.
  const block = inner.length === 0 ? [] : [`<TextBlock ID="BLOCK_${id}" ${place}>`, ...inner, '</TextBlock>'];
  return [
    `<Page ID="PAGE_${id}" PHYSICAL_IMG_NR="${id}" ${size}>`,
    `<PrintSpace ID="SPACE_${id}" ${place}>`,
    ...block,
    '</PrintSpace>',
    '</Page>',
  ].join('\n');
}

function lineElement({ box, words }: Line, id: string): string {
  const inner = words.map((word, index) => wordElement(word, `${id}_${String(index + 1)}`));
  return `<TextLine ID="LINE_${id}" ${placeOf(box)}>${inner.join('<SP/>')}</TextLine>`;
}

function wordElement({ text, box, confidence }: Word, id: string): string {
  const certainty = Math.min(1, Math.max(0, confidence)).toFixed(3);
  return `<String ID="WORD_${id}" CONTENT="${xmlText(text)}" ${placeOf(box)} WC="${certainty}"/>`;
}

function placeOf([left, top, right, bottom]: Box): string {
  const [x, y] = [Math.round(left), Math.round(top)];
  const [width, height] = [Math.max(0, Math.round(right) - x), Math.max(0, Math.round(bottom) - y)];
  return `HPOS="${String(x)}" VPOS="${String(y)}" WIDTH="${String(width)}" HEIGHT="${String(height)}"`;
}

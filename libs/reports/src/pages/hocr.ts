import type { Box, Line, Word } from '@docfleet/domain';
import type { TextPage } from './text-page.ts';
import { xmlText } from './xml-text.ts';

/** The words of a document as hOCR 1.2: XHTML whose elements have boxes in pixels of the page images and confidences in percent. */
export function toHocr(pages: readonly TextPage[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE html>',
    '<html xmlns="http://www.w3.org/1999/xhtml">',
    '<head>',
    '<meta charset="utf-8"/>',
    '<title>Words of a document</title>',
    '<meta name="ocr-system" content="docfleet"/>',
    '<meta name="ocr-capabilities" content="ocr_page ocr_line ocrx_word"/>',
    `<meta name="ocr-number-of-pages" content="${String(pages.length)}"/>`,
    '</head>',
    '<body>',
    ...pages.map(pageElement),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function pageElement({ page, widthPx, heightPx, dpi, lines }: TextPage): string {
  const resolution = dpi === null ? '' : `; scan_res ${String(Math.round(dpi))} ${String(Math.round(dpi))}`;
  const title = `${bbox([0, 0, widthPx, heightPx])}; ppageno ${String(page - 1)}${resolution}`;
  const inner = lines.map((line, index) => lineElement(line, `${String(page)}_${String(index + 1)}`));
  return [`<div class="ocr_page" id="page_${String(page)}" title="${title}">`, ...inner, '</div>'].join('\n');
}

function lineElement({ box, words }: Line, id: string): string {
  const inner = words.map((word, index) => wordElement(word, `${id}_${String(index + 1)}`));
  return `<span class="ocr_line" id="line_${id}" title="${bbox(box)}">${inner.join(' ')}</span>`;
}

function wordElement({ text, box, confidence }: Word, id: string): string {
  const title = `${bbox(box)}; x_wconf ${String(Math.round(confidence * 100))}`;
  return `<span class="ocrx_word" id="word_${id}" title="${title}">${xmlText(text)}</span>`;
}

/** hOCR's boxes have whole numbers. */
function bbox(box: Box): string {
  return `bbox ${box.map((edge) => String(Math.max(0, Math.round(edge)))).join(' ')}`;
}

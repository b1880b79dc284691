import { FailureError } from '@docfleet/domain';
import { hasColour } from '../core/grey.ts';
import type { RenderedPage, RenderedPages, PageRequest } from '../core/page.ts';
import { isTooSmallForText } from '../core/page-size.ts';
import { surveyPage } from '../core/survey.ts';
import { judgeTextLayer } from '../core/text-layer.ts';
import { linesOf, turnGlyphs, turnOfText } from '../core/text-lines.ts';
import { encodeColour, encodeGrey, type Straightening } from './encode.ts';
import type { DrawnPage, PdfEngine } from './pdfium.ts';

/** Renders pages of a PDF and judges their text layers. */
export async function renderPdfPages(engine: PdfEngine, request: PageRequest): Promise<RenderedPages> {
  const document = engine.open(request.bytes);
  try {
    const { pageCount } = document;
    if (pageCount === 0) throw new FailureError('DOC_CORRUPT');
    if (pageCount > request.maxPages) {
      throw new FailureError('DOC_TOO_LARGE', { limit: request.maxPages, actual: pageCount });
    }
    const pages: RenderedPage[] = [];
    let tooSmall = 0;
    const end = Math.min(pageCount, request.firstPage + request.count - 1);
    for (let page = request.firstPage; page <= end; page += 1) {
      const drawn = document.drawPage(page, request.maxPagePixels);
      if (drawn === undefined) continue;
      if (isTooSmallForText(drawn.widthPx, drawn.heightPx)) tooSmall += 1;
      else pages.push(await finishPage(drawn, page));
    }
    return { pageCount, pages, tooSmall };
  } finally {
    document.close();
  }
}

async function finishPage(drawn: DrawnPage, page: number): Promise<RenderedPage> {
  const { widthPx, heightPx, pixels, grey } = drawn;
  const survey = surveyPage(grey);
  const layer = judgeTextLayer(drawn.glyphs, {
    widthPx,
    heightPx,
    textBlobs: survey.textBlobs,
    scale: survey.scale,
  });
  const trusted = layer.judgement === 'trusted';
  // The reading direction of trusted text is more reliable than the survey; deskewing would only blur the page.
  const straightening: Straightening = trusted
    ? { turn: turnOfText(layer.glyphs), skewDegrees: 0 }
    : { turn: survey.turn, skewDegrees: survey.skewDegrees };
  const encoded = hasColour(pixels, widthPx, heightPx)
    ? await encodeColour(pixels, drawn, straightening)
    : await encodeGrey(grey, straightening);
  return {
    page,
    ...encoded,
    dpi: drawn.dpi,
    rotation: straightening.turn,
    deskewDegrees: straightening.skewDegrees,
    textLayer: layer.judgement,
    lines: trusted ? linesOf(turnGlyphs(layer.glyphs, straightening.turn, drawn)) : null,
    lacksWords: layer.lacksWords,
    unread: drawn.unread,
  };
}

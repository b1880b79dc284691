import { toAlto } from './alto.ts';
import { toHocr } from './hocr.ts';
import { pdfOfImages, type ImagePage } from './image-pdf.ts';
import type { PdfEditor } from './pdf-editor.ts';
import type { PageSource, RenderJob } from './render-job.ts';
import { addTextLayer } from './searchable-pdf.ts';
import type { TextPage } from './text-page.ts';
import { toWords } from './words.ts';

/** Makes a rendition. @throws FailureError `PASSWORD_REQUIRED`, `DOC_CORRUPT`, `DOC_TOO_LARGE` */
export async function render(editor: PdfEditor, job: RenderJob): Promise<Buffer> {
  switch (job.rendition) {
    case 'words.json':
      return Buffer.from(toWords(job.pages));
    case 'words.hocr':
      return Buffer.from(toHocr(job.pages));
    case 'words.alto.xml':
      return Buffer.from(toAlto(job.pages));
    case 'searchable.pdf':
      return searchablePdf(editor, job);
  }
}

async function searchablePdf(
  editor: PdfEditor,
  { pages, source }: { readonly pages: readonly TextPage[]; readonly source: PageSource },
): Promise<Buffer> {
  if (source.kind === 'original') return addTextLayer(editor, source.pdf, pages);
  // The document shows the upright images, one after the other, and they have no text of their own.
  const shown = pages.map((page, index): TextPage => ({
    ...page,
    page: index + 1,
    rotation: 0,
    deskewDegrees: 0,
    textLayer: 'none',
  }));
  const images = pages.map((page, index): ImagePage => {
    const image = source.images[index];
    if (image === undefined) throw new RangeError('A page has no image');
    return { ...page, image };
  });
  return addTextLayer(editor, await pdfOfImages(images), shown);
}

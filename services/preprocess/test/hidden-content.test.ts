import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '@docfleet/domain';
import { renderPdfPages } from '../src/adapters/pdf-pages.ts';
import { startPdfium, type PdfEngine } from '../src/adapters/pdfium.ts';
import type { RenderedPage } from '../src/core/page.ts';
import { onePage, pdf, streamOf, visibleTotal, type PdfObject } from './hostile/raw-pdf.ts';

let engine: PdfEngine;

beforeAll(async () => {
  engine = await startPdfium();
});

async function firstPage(bytes: Buffer): Promise<RenderedPage> {
  const request = { bytes, mediaType: 'application/pdf', firstPage: 1, count: 1, ...defaultLimits } as const;
  const [page] = (await renderPdfPages(engine, request)).pages;
  if (page === undefined) throw new Error('The document has no page.');
  return page;
}

const textOf = ({ lines }: RenderedPage): readonly string[] | undefined => lines?.map(({ text }) => text);

const a4 = (entries: string): string =>
  `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R${entries}>>`;
const withFont = '/Font<</F 4 0 R>>';

/** Another amount at the place of the visible one. */
const hiddenTotal = 'BT /F 24 Tf 72 700 Td (TOTAL 99.00) Tj ET';

/** Objects 6 and 7: two optional content groups of which the second is off. */
const layers = ['<</Type/OCG/Name(German)>>', '<</Type/OCG/Name(English)>>'];
const layerCatalog = '/OCProperties<</OCGs[6 0 R 7 0 R]/D<</ON[6 0 R]/OFF[7 0 R]>>>>';

const formOf = (content: string, entries: string): PdfObject =>
  streamOf(content, `/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<<${withFont}>>${entries}`);

describe('text that a reader of the page does not see does not exist (D-02)', () => {
  it('in a form of a layer that is off, at the place of visible text', async () => {
    const objects = [
      ...onePage({
        page: a4('/Resources<</XObject<</A 8 0 R/B 9 0 R>>>>'),
        content: streamOf('/A Do /B Do'),
        catalog: layerCatalog,
      }),
      ...layers,
      formOf(visibleTotal, '/OC 6 0 R'),
      formOf(hiddenTotal, '/OC 7 0 R'),
    ];
    expect(textOf(await firstPage(pdf(objects)))).toEqual(['TOTAL 12.00']);
  });

  it('in marked content of a layer that is off', async () => {
    const objects = [
      ...onePage({
        page: a4(`/Resources<<${withFont}/Properties<</A 6 0 R/B 7 0 R>>>>`),
        content: streamOf(`/OC /A BDC ${visibleTotal} EMC /OC /B BDC ${hiddenTotal} EMC`),
        catalog: layerCatalog,
      }),
      ...layers,
    ];
    expect(textOf(await firstPage(pdf(objects)))).toEqual(['TOTAL 12.00']);
  });

  it.each([
    ['in rendering mode 3', `${visibleTotal} BT 3 Tr /F 24 Tf 72 600 Td (TOTAL 99.00) Tj ET`],
    ['white on white', `${visibleTotal} 1 g BT /F 24 Tf 72 600 Td (TOTAL 99.00) Tj ET`],
    [
      'under a white rectangle',
      `BT /F 24 Tf 72 600 Td (TOTAL 99.00) Tj ET 1 g 0 580 595 60 re f 0 g ${visibleTotal}`,
    ],
    [
      'under a black rectangle',
      `BT /F 24 Tf 72 600 Td (TOTAL 99.00) Tj ET 0 580 595 60 re f ${visibleTotal}`,
    ],
    ['outside the page', `${visibleTotal} BT /F 24 Tf 700 600 Td (TOTAL 99.00) Tj ET`],
    ['clipped away', `${visibleTotal} q 0 0 10 10 re W n BT /F 24 Tf 72 600 Td (TOTAL 99.00) Tj ET Q`],
  ])('%s', async (_name, content) => {
    expect(textOf(await firstPage(pdf(onePage({ content: streamOf(content) }))))).toEqual(['TOTAL 12.00']);
  });

  it('as the OCR text of a scan, which is read again', async () => {
    const scan = await sharp({
      text: { text: 'TOTAL 12.00', dpi: 200, font: 'sans 24' },
    })
      .flatten({ background: '#ffffff' })
      .jpeg()
      .toBuffer({ resolveWithObject: true });
    const picture = streamOf(
      scan.data,
      `/Type/XObject/Subtype/Image/Width ${String(scan.info.width)}/Height ${String(scan.info.height)}` +
        `/ColorSpace/${scan.info.channels === 1 ? 'DeviceGray' : 'DeviceRGB'}/BitsPerComponent 8/Filter/DCTDecode`,
    );
    const layer = 'BT 3 Tr /F 24 Tf 72 700 Td (TOTAL 99.00) Tj ET';
    const objects = [
      ...onePage({
        page: a4(`/Resources<<${withFont}/XObject<</P 6 0 R>>>>`),
        content: streamOf(`q 200 0 0 30 72 695 cm /P Do Q ${layer}`),
      }),
      picture,
    ];
    const page = await firstPage(pdf(objects));
    expect({ textLayer: page.textLayer, lines: page.lines }).toEqual({ textLayer: 'hidden', lines: null });
  });
});

describe('values of form fields (D-01)', () => {
  const form = (
    widget: string,
    catalog = '/AcroForm<</Fields[6 0 R]/DA(/Helv 0 Tf 0 g)/DR<</Font<</Helv 4 0 R>>>>>>',
  ) =>
    pdf([
      ...onePage({ page: a4(`/Resources<<${withFont}>>/Annots[6 0 R]`), catalog }),
      `<</Type/Annot/Subtype/Widget/FT/Tx/T(number)/F 4/Rect[72 600 300 630]/DA(/Helv 14 Tf 0 g)${widget}>>`,
      streamOf('', '/Type/XObject/Subtype/Form/BBox[0 0 228 30]'),
      streamOf(
        'BT /F 14 Tf 2 8 Td (6,142) Tj ET',
        `/Type/XObject/Subtype/Form/BBox[0 0 228 30]/Resources<<${withFont}>>`,
      ),
    ]);

  it.each([
    ['without an appearance are read', '/V(6142)', '6142'],
    ['with an empty appearance are read', '/V(6142)/AP<</N 7 0 R>>', '6142'],
    ['with an appearance are read as it shows them', '/V(6142)/AP<</N 8 0 R>>', '6,142'],
  ])('%s', async (_name, widget, shown) => {
    expect(textOf(await firstPage(form(widget)))).toEqual(['TOTAL 12.00', shown]);
  });

  it('without an appearance are read where the form names no font', async () => {
    const bytes = form('/V(6142)', '/AcroForm<</Fields[6 0 R]/DA(/Helv 0 Tf 0 g)>>');
    expect(textOf(await firstPage(bytes))).toEqual(['TOTAL 12.00', '6142']);
  });

  it('that are hidden are not read', async () => {
    expect(textOf(await firstPage(form('/V(6142)/F 2')))).toEqual(['TOTAL 12.00']);
  });
});

describe('what cannot be read is told (D-07)', () => {
  const unreadOf = async (bytes: Buffer) => (await firstPage(bytes)).unread;

  it('nothing of a plain page', async () => {
    expect(await unreadOf(pdf(onePage()))).toEqual([]);
  });

  it('a form in XFA', async () => {
    const catalog = '/NeedsRendering true/AcroForm<</Fields[]/XFA 6 0 R>>';
    const bytes = pdf([...onePage({ catalog }), streamOf('<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"/>')]);
    expect(await unreadOf(bytes)).toEqual(['xfa-form']);
  });

  it.each([
    ['a document', 'annex.pdf', ['attached-document']],
    ['the data of an electronic invoice', 'factur-x.xml', []],
  ] as const)('an attached file: %s', async (_name, file, unread) => {
    const catalog = `/Names<</EmbeddedFiles<</Names[(${file}) 6 0 R]>>>>`;
    const bytes = pdf([
      ...onePage({ catalog }),
      `<</Type/Filespec/F(${file})/UF(${file})/EF<</F 7 0 R>>>>`,
      streamOf('content', '/Type/EmbeddedFile'),
    ]);
    expect(await unreadOf(bytes)).toEqual(unread);
  });

  it.each([
    ['whole', 1, []],
    ['cut off', 0.5, ['damaged-picture']],
  ] as const)('a picture that is %s', async (_name, share, unread) => {
    const noise = Buffer.from(Array.from({ length: 200 * 200 }, (_, index) => (index * 7919) % 251));
    const jpeg = await sharp(noise, { raw: { width: 200, height: 200, channels: 1 } })
      .jpeg()
      .toBuffer();
    const picture = streamOf(
      jpeg.subarray(0, Math.floor(jpeg.length * share)),
      '/Type/XObject/Subtype/Image/Width 200/Height 200/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode',
    );
    const objects = [
      ...onePage({
        page: a4(`/Resources<<${withFont}/XObject<</P 6 0 R>>>>`),
        content: streamOf(`q 400 0 0 400 72 200 cm /P Do Q ${visibleTotal}`),
      }),
      picture,
    ];
    expect(await unreadOf(pdf(objects))).toEqual(unread);
  });

  it('a document that is attached to the page as a note', async () => {
    const bytes = pdf([
      ...onePage({ page: a4(`/Resources<<${withFont}>>/Annots[6 0 R]`) }),
      '<</Type/Annot/Subtype/FileAttachment/Rect[10 10 30 30]/FS 7 0 R>>',
      '<</Type/Filespec/F(annex.docx)/UF(annex.docx)/EF<</F 8 0 R>>>>',
      streamOf('content', '/Type/EmbeddedFile'),
    ]);
    expect(await unreadOf(bytes)).toEqual(['attached-document']);
  });

  it('a picture of which nothing can be decoded', async () => {
    const picture = streamOf(
      'no picture',
      '/Type/XObject/Subtype/Image/Width 200/Height 200/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode',
    );
    const objects = [
      ...onePage({
        page: a4(`/Resources<<${withFont}/XObject<</P 6 0 R>>>>`),
        content: streamOf(`q 400 0 0 400 72 200 cm /P Do Q ${visibleTotal}`),
      }),
      picture,
    ];
    expect(await unreadOf(pdf(objects))).toEqual(['damaged-picture']);
  });

  it.each([
    ['whole', 1, []],
    ['cut off', 0.5, ['damaged-page']],
  ] as const)('the content of a page that is %s', async (_name, share, unread) => {
    const content = deflateSync(
      Array.from({ length: 99 }, (_, y) => `BT /F 8 Tf 72 ${String(y * 8)} Td (${String(y * y)}) Tj ET`).join(
        '\n',
      ),
    );
    const cut = content.subarray(0, Math.floor(content.length * share));
    expect(await unreadOf(pdf(onePage({ content: streamOf(cut, '/Filter/FlateDecode') })))).toEqual(unread);
  });
});

describe('the size of a page is chosen from its content (D-01)', () => {
  it('a page in units of ten points is as large as its letters need', async () => {
    const content = streamOf('BT /F 1 Tf 7.2 70 Td (TOTAL 12.00) Tj ET');
    const page = `<</Type/Page/Parent 2 0 R/MediaBox[0 0 59.5 84.2]/UserUnit 10/Resources<<${withFont}>>/Contents 5 0 R>>`;
    const { widthPx, lines } = await firstPage(pdf(onePage({ page, content })));
    expect({ isLarge: widthPx >= 300, text: lines?.map(({ text }) => text) }).toEqual({
      isLarge: true,
      text: ['TOTAL 12.00'],
    });
  });

  it('a page of 6000 by 4000 points is reduced, not refused', async () => {
    const page = `<</Type/Page/Parent 2 0 R/MediaBox[0 0 6000 4000]/Resources<<${withFont}>>/Contents 5 0 R>>`;
    const content = streamOf('BT /F 200 Tf 500 2000 Td (TOTAL 12.00) Tj ET');
    const { widthPx, heightPx, lines } = await firstPage(pdf(onePage({ page, content })));
    expect({ widthPx, heightPx, text: lines?.map(({ text }) => text) }).toEqual({
      widthPx: 3674,
      heightPx: 2449,
      text: ['TOTAL 12.00'],
    });
  });
});

import { deflateSync } from 'node:zlib';
import type { HostileFile } from './hostile-file.ts';
import { onePage, pageOf, pdf, streamOf, visibleTotal, type PdfObject } from './raw-pdf.ts';

const whole = pdf(onePage());
/** A line in which one of more than twenty letters is a Q. */
const readableLine = 'Invoice number 4Q711 of the Example Company for the goods delivered in May';

const deflated = '/Filter/FlateDecode';
const a4 = '/MediaBox[0 0 595 842]';

/** Damage, as a broken transfer or a careless program does it. */
const damaged: readonly HostileFile[] = [
  { name: 'zero-bytes.pdf', bytes: Buffer.alloc(0), expected: 'DOC_EMPTY' },
  { name: 'only-spaces.pdf', bytes: Buffer.alloc(5000, ' '), expected: 'DOC_EMPTY' },
  { name: 'header-only.pdf', bytes: Buffer.from('%PDF-1.7\n'), expected: 'DOC_CORRUPT' },
  { name: 'no-xref.pdf', bytes: edited(/xref\n[^]*trailer/, 'trailer'), expected: 'processed' },
  { name: 'no-trailer.pdf', bytes: whole.subarray(0, whole.indexOf('xref\n')), expected: 'DOC_CORRUPT' },
  {
    name: 'xref-points-outside.pdf',
    bytes: edited(/startxref\n\d+/, 'startxref\n99999999'),
    expected: 'processed',
  },
  { name: 'half.pdf', bytes: whole.subarray(0, whole.length / 2), expected: 'DOC_CORRUPT' },
  {
    name: 'no-pages.pdf',
    bytes: pdf(['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[]/Count 0>>']),
    expected: 'DOC_CORRUPT',
  },
  { name: 'catalog-missing.pdf', bytes: pdf(['null']), expected: 'DOC_CORRUPT' },
  {
    name: 'page-box-empty.pdf',
    bytes: pdf(onePage({ page: pageOf('/MediaBox[0 0 0 0]') })),
    expected: 'processed',
  },
  {
    name: 'page-box-nan.pdf',
    bytes: pdf(onePage({ page: pageOf('/MediaBox[0 0 nan inf]') })),
    expected: 'processed',
  },
  {
    name: 'rotate-37.pdf',
    bytes: pdf(onePage({ page: pageOf(`${a4}/Rotate 37`) })),
    expected: 'processed',
  },
  {
    name: 'junk-before-header.pdf',
    bytes: Buffer.concat([Buffer.from('MIME-Version: 1.0\n\n'), whole]),
    expected: 'processed',
  },
];

/** Files that grow when they are read. */
const growing: readonly HostileFile[] = [
  {
    name: 'deflate-bomb-64mb.pdf',
    bytes: pdf(onePage({ content: streamOf(deflateSync(Buffer.alloc(64 * 1024 * 1024, ' ')), deflated) })),
    expected: 'processed',
  },
  {
    name: 'deflate-bomb-two-filters.pdf',
    bytes: pdf(
      onePage({
        content: streamOf(
          deflateSync(deflateSync(Buffer.alloc(64 * 1024 * 1024, ' '))),
          '/Filter[/FlateDecode/FlateDecode]',
        ),
      }),
    ),
    expected: 'processed',
  },
  { name: 'image-60000-declared.pdf', bytes: pdf(withImage(60_000)), expected: 'processed' },
  {
    name: 'page-1e6-points.pdf',
    bytes: pdf(onePage({ page: pageOf('/MediaBox[0 0 1000000 1000000]') })),
    expected: 'PAGE_TOO_LARGE',
  },
  {
    name: 'user-unit-75000.pdf',
    bytes: pdf(onePage({ page: pageOf(`${a4}/UserUnit 75000`) })),
    expected: 'processed',
  },
  {
    name: 'stream-claims-4gb.pdf',
    bytes: pdf(
      onePage({
        content: { dictionary: '<</Length 4294967296>>', stream: Buffer.from(visibleTotal) },
      }),
    ),
    expected: 'processed',
  },
  { name: 'pages-1e6-shared.pdf', bytes: pdf(sharedPages()), expected: 'DOC_TOO_LARGE' },
  {
    name: 'page-count-claims-2e9.pdf',
    bytes: pdf(onePage().with(1, '<</Type/Pages/Kids[3 0 R]/Count 2000000000>>')),
    expected: 'processed',
  },
];

/** Page trees and forms that have no end. */
const endless: readonly HostileFile[] = [
  { name: 'deep-page-tree.pdf', bytes: pdf(deepTree(5000)), expected: 'DOC_CORRUPT' },
  {
    name: 'page-tree-in-itself.pdf',
    bytes: pdf(['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[2 0 R]/Count 1>>']),
    expected: 'DOC_CORRUPT',
  },
  { name: 'form-paints-itself.pdf', bytes: pdf(formInItself()), expected: 'processed' },
  {
    name: 'xref-points-to-itself.pdf',
    bytes: selfReferringXref(),
    expected: 'processed',
  },
];

/** Files that want more than to be read. */
const treacherous: readonly HostileFile[] = [
  {
    name: 'encrypted.pdf',
    bytes: encrypted(),
    expected: 'PASSWORD_REQUIRED',
  },
  {
    name: 'external-stream.pdf',
    bytes: pdf(onePage({ content: streamOf('', '/F(/etc/passwd)/FFilter[]') })),
    expected: 'processed',
  },
  {
    name: 'javascript-on-open.pdf',
    bytes: pdf(onePage({ catalog: '/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>' })),
    expected: 'processed',
  },
  {
    name: 'link-on-open.pdf',
    bytes: pdf(onePage({ catalog: '/OpenAction<</S/URI/URI(http://127.0.0.1:9/)>>' })),
    expected: 'processed',
  },
  {
    name: 'launch-on-open.pdf',
    bytes: pdf(onePage({ catalog: '/OpenAction<</S/Launch/F(/bin/sh)>>' })),
    expected: 'processed',
  },
  {
    name: 'hidden-text.pdf',
    bytes: pdf(
      onePage({ content: streamOf(`${visibleTotal} BT 3 Tr /F 24 Tf 72 600 Td (TOTAL 999999.00) Tj ET`) }),
    ),
    expected: 'processed',
  },
  {
    name: 'white-on-white.pdf',
    bytes: pdf(
      onePage({ content: streamOf(`${visibleTotal} 1 g BT /F 24 Tf 72 600 Td (TOTAL 999999.00) Tj ET`) }),
    ),
    expected: 'processed',
  },
  { name: 'one-glyph-is-nul.pdf', bytes: pdf(mappedFont('0000', readableLine)), expected: 'processed' },
  {
    name: 'one-glyph-is-half-a-pair.pdf',
    bytes: pdf(mappedFont('d800', readableLine)),
    expected: 'processed',
  },
  {
    name: 'many-glyphs-are-nul.pdf',
    bytes: pdf(mappedFont('0000', 'TQTAL QF 12.QQ EURQ')),
    expected: 'processed',
  },
  {
    name: 'also-html.pdf',
    bytes: Buffer.concat([whole, Buffer.from('<html><script src="http://127.0.0.1:9/"></script></html>')]),
    expected: 'processed',
  },
];

export const hostilePdfs: readonly HostileFile[] = [...damaged, ...growing, ...endless, ...treacherous];

/** The whole document with a part replaced. */
function edited(part: string | RegExp, by: string): Buffer {
  return Buffer.from(whole.toString('latin1').replace(part, by), 'latin1');
}

/** An image that declares so many pixels a side, and has the data of none. */
function withImage(side: number): readonly PdfObject[] {
  const size = `/Width ${String(side)}/Height ${String(side)}`;
  return [
    ...onePage({
      page: `<</Type/Page/Parent 2 0 R${a4}/Resources<</XObject<</I 6 0 R>>>>/Contents 5 0 R>>`,
      content: streamOf('595 0 0 842 0 0 cm /I Do'),
    }),
    streamOf(
      deflateSync(Buffer.alloc(1024)),
      `/Type/XObject/Subtype/Image${size}/ColorSpace/DeviceRGB/BitsPerComponent 8${deflated}`,
    ),
  ];
}

/** Six levels of ten references each to the same node: a million pages in a dozen objects. */
function sharedPages(): readonly PdfObject[] {
  const levels = 6;
  const node = (level: number): string => {
    const child = `${String(level + 3)} 0 R`;
    return `<</Type/Pages/Kids[${`${child} `.repeat(10)}]/Count ${String(10 ** (levels - level))}>>`;
  };
  const nodes = Array.from({ length: levels }, (_, level) => node(level));
  return ['<</Type/Catalog/Pages 2 0 R>>', ...nodes, `<</Type/Page/Parent ${String(levels + 1)} 0 R${a4}>>`];
}

/** Page tree nodes that have one child each, with one page at the bottom. */
function deepTree(depth: number): readonly PdfObject[] {
  const nodes = Array.from(
    { length: depth },
    (_, index) => `<</Type/Pages/Kids[${String(index + 3)} 0 R]/Count 1>>`,
  );
  return ['<</Type/Catalog/Pages 2 0 R>>', ...nodes, `<</Type/Page/Parent ${String(depth + 1)} 0 R${a4}>>`];
}

/** A page whose font maps the letter Q to the UTF-16 code unit `code` (hex), and every other character to itself. */
function mappedFont(code: string, line: string): readonly PdfObject[] {
  const map = [
    '/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CMapType 2 def',
    '1 begincodespacerange<00><ff>endcodespacerange',
    '2 beginbfrange<20><50><0020><52><7e><0052>endbfrange',
    `1 beginbfchar<51><${code}>endbfchar`,
    'endcmap end end',
  ].join('\n');
  const font = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>';
  const content = streamOf(`BT /F 12 Tf 72 700 Td (${line}) Tj ET`);
  return [...onePage({ content }).with(3, font), streamOf(map)];
}

function formInItself(): readonly PdfObject[] {
  const form = '/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X 6 0 R>>>>';
  return [
    ...onePage({
      page: `<</Type/Page/Parent 2 0 R${a4}/Resources<</XObject<</X 6 0 R>>>>/Contents 5 0 R>>`,
      content: streamOf('/X Do'),
    }),
    streamOf('/X Do', form),
  ];
}

function selfReferringXref(): Buffer {
  const at = String(whole.lastIndexOf('xref\n', whole.lastIndexOf('startxref')));
  return edited('/Root 1 0 R', `/Root 1 0 R/Prev ${at}`);
}

/** Standard security handler whose check value fits no password that anybody knows, the empty one least of all. */
function encrypted(): Buffer {
  const hex = (byte: string): string => `<${byte.repeat(32)}>`;
  const handler = `<</Filter/Standard/V 1/R 2/P -44/O${hex('5a')}/U${hex('a5')}>>`;
  return pdf([...onePage(), handler], `/Encrypt 6 0 R/ID[${hex('11')}${hex('11')}]`);
}

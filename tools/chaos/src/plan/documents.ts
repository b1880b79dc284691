import { createHash } from 'node:crypto';
import type { Random } from '@docfleet/samples';
import sharp from 'sharp';

/** Kind of a document: `broken` ones end as failed, every other one has a result. */
export type DocumentKind = 'digital' | 'pages' | 'image' | 'broken' | 'real';

export interface Document {
  readonly kind: DocumentKind;
  readonly fileName: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** Size of the small pages, in points. */
const [width, height] = [260, 200];

/** A small generated receipt with a text layer; `note` is a further line of every page. */
export function digitalDocument(random: Random, name: string, pages: number, note?: string): Document {
  const further = note === undefined ? [] : [note];
  const lines = Array.from({ length: pages }, (_, page) => [...receiptLines(random, page + 1), ...further]);
  return documentOf(pages > 1 ? 'pages' : 'digital', `${name}.pdf`, 'application/pdf', pdfOf(lines));
}

/** A receipt whose font says that the letter `E` stands for `code`, hexadecimal UTF-16 (ISO 32000-1, 9.10.3 ToUnicode). */
export function mappedFontDocument(random: Random, code: string): Document {
  const map = [
    '/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CMapType 2 def',
    '1 begincodespacerange<00><ff>endcodespacerange',
    '2 beginbfrange<20><44><0020><46><7e><0046>endbfrange',
    `1 beginbfchar<45><${code}>endbfchar`,
    'endcmap end end',
  ].join('\n');
  const bytes = pdfOf([receiptLines(random, 1)], `<< /Length ${map.length} >>\nstream\n${map}\nendstream`);
  return documentOf('digital', `font-${code}.pdf`, 'application/pdf', bytes);
}

function receiptLines(random: Random, page: number): string[] {
  const price = random.integer(100, 9_900) / 100;
  const quantity = random.integer(1, 9);
  return [
    'EXAMPLE STORES LIMITED',
    '12 Market Street, Springfield',
    `RECEIPT NO: ${random.integer(100_000, 999_999)}   PAGE ${page}`,
    `DATE: ${random.integer(10, 28)}/0${random.integer(1, 9)}/2025`,
    `Copy paper ${quantity} x ${price.toFixed(2)}   ${(quantity * price).toFixed(2)}`,
    `TOTAL $ ${(quantity * price).toFixed(2)}`,
    'THANK YOU, PLEASE COME AGAIN',
  ];
}

/** A small image without text. */
export async function imageDocument(random: Random, name: string): Promise<Document> {
  const background = {
    r: random.integer(200, 255),
    g: random.integer(200, 255),
    b: random.integer(200, 255),
  };
  const bar = { width: random.integer(20, 120), height: random.integer(8, 20), channels: 3 as const };
  const input = await sharp({ create: { ...bar, background: '#222222' } })
    .png()
    .toBuffer();
  const bytes = await sharp({ create: { width: 200, height: 120, channels: 3, background } })
    .composite([{ input, left: random.integer(0, 40), top: random.integer(0, 60) }])
    .png()
    .toBuffer();
  return documentOf('image', `${name}.png`, 'image/png', bytes);
}

/** A file that is not a valid document, of a random kind. */
export function brokenDocument(random: Random, name: string): Document {
  const whole = digitalDocument(random, name, 1).bytes;
  const noise = Buffer.from(Array.from({ length: 300 }, () => random.integer(0, 255)));
  const bytes = random.pick([
    Buffer.concat([Buffer.from('%PDF-1.4\n'), noise]),
    noise,
    Buffer.from(`Only text, ${name}.\n`),
    Buffer.concat([whole.subarray(0, 60), noise]),
  ]);
  return documentOf('broken', `${name}.pdf`, 'application/pdf', bytes);
}

export function documentOf(kind: DocumentKind, fileName: string, mediaType: string, bytes: Buffer): Document {
  return { kind, fileName, mediaType, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** A PDF 1.4 with one Helvetica and the lines of each page (ISO 32000-1, 7.5 file structure); `toUnicode`: the font's map. */
function pdfOf(pages: readonly (readonly string[])[], toUnicode?: string): Buffer {
  const first = 4;
  const map = toUnicode === undefined ? '' : ` /ToUnicode ${first + pages.length * 2} 0 R`;
  const kids = pages.map((_, index) => `${first + index * 2} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica${map} >>`,
    ...pages.flatMap((lines, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] ` +
        `/Resources << /Font << /F1 3 0 R >> >> /Contents ${first + index * 2 + 1} 0 R >>`,
      streamOf(lines),
    ]),
    ...(toUnicode === undefined ? [] : [toUnicode]),
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const count = objects.length + 1;
  const trailer = `trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(`${text}xref\n0 ${count}\n0000000000 65535 f \n${table}${trailer}`, 'latin1');
}

function streamOf(lines: readonly string[]): string {
  const shown = lines.map((line) => `(${line.replaceAll(/[()\\]/g, '\\$&')}) Tj T*`).join('\n');
  const content = `BT /F1 11 Tf 22 TL 14 ${height - 26} Td\n${shown}\nET`;
  return `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;
}

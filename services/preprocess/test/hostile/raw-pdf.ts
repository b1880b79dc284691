/** An object of a PDF: its text between `obj` and `endobj`, or a dictionary with a stream. */
export type PdfObject = string | { readonly dictionary: string; readonly stream: Buffer };

/** Entries of a page that has the content and the font of `onePage`. */
export const pageOf = (entries: string): string =>
  `<</Type/Page/Parent 2 0 R/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R${entries}>>`;

const font = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>';

/** Content of a page: one visible line of text. */
export const visibleTotal = 'BT /F 24 Tf 72 700 Td (TOTAL 12.00) Tj ET';

/** A content stream with the right length. */
export function streamOf(content: string | Buffer, entries = ''): PdfObject {
  const stream = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  return { dictionary: `<</Length ${String(stream.length)}${entries}>>`, stream };
}

/** Catalog, page tree, page, font and content of a one-page document: objects 1 to 5. */
export function onePage(
  parts: { readonly page?: string; readonly content?: PdfObject; readonly catalog?: string } = {},
): readonly PdfObject[] {
  const { page = pageOf('/MediaBox[0 0 595 842]'), content = streamOf(visibleTotal), catalog = '' } = parts;
  return [
    `<</Type/Catalog/Pages 2 0 R${catalog}>>`,
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    page,
    font,
    content,
  ];
}

/** A document with a right cross-reference table, object 1 being the catalog; `trailer` holds further entries. */
export function pdf(objects: readonly PdfObject[], trailer = ''): Buffer {
  const chunks: Buffer[] = [Buffer.from('%PDF-1.4\n')];
  const offsets: number[] = [];
  let at = 9;
  const append = (chunk: Buffer): void => {
    chunks.push(chunk);
    at += chunk.length;
  };
  objects.forEach((object, index) => {
    offsets.push(at);
    append(
      Buffer.concat([Buffer.from(`${String(index + 1)} 0 obj`), bodyOf(object), Buffer.from('endobj\n')]),
    );
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const count = String(objects.length + 1);
  const table = `xref\n0 ${count}\n0000000000 65535 f \n${rows}`;
  append(
    Buffer.from(`${table}trailer<</Size ${count}/Root 1 0 R${trailer}>>\nstartxref\n${String(at)}\n%%EOF\n`),
  );
  return Buffer.concat(chunks);
}

function bodyOf(object: PdfObject): Buffer {
  if (typeof object === 'string') return Buffer.from(object, 'latin1');
  return Buffer.concat([
    Buffer.from(`${object.dictionary}stream\n`, 'latin1'),
    object.stream,
    Buffer.from('\nendstream\n'),
  ]);
}

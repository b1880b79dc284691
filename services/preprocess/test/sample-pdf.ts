/** A line of text on a page: distance from the left and bottom edges in points. */
export interface PrintedLine {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** A PDF of A4 pages in Helvetica 12; `rotate` turns all pages. */
export function samplePdf(pages: readonly (readonly PrintedLine[])[], rotate = 0): Buffer {
  const kids = pages.map((_, index) => `${String(4 + index * 2)} 0 R`).join(' ');
  const objects = [
    '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
    `2 0 obj<</Type/Pages/Kids[${kids}]/Count ${String(pages.length)}>>endobj`,
    '3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj',
    ...pages.flatMap((lines, index) => pageObjects(lines, 4 + index * 2, rotate)),
  ];
  return Buffer.from(`%PDF-1.4\n${objects.join('\n')}\ntrailer<</Root 1 0 R>>\n%%EOF\n`, 'latin1');
}

function pageObjects(lines: readonly PrintedLine[], number: number, rotate: number): string[] {
  const content = lines
    .map(({ text, x, y }) => `BT /F 12 Tf ${String(x)} ${String(y)} Td (${text}) Tj ET`)
    .join('\n');
  const resources = '/Resources<</Font<</F 3 0 R>>>>';
  return [
    `${String(number)} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate ${String(rotate)}` +
      `${resources}/Contents ${String(number + 1)} 0 R>>endobj`,
    `${String(number + 1)} 0 obj<</Length ${String(content.length)}>>stream\n${content}\nendstream endobj`,
  ];
}

import PDFDocument from 'pdfkit';

export type Pen = InstanceType<typeof PDFDocument>;

export interface PageSize {
  /** In points, 1/72 inch. */
  readonly width: number;
  readonly height: number;
}

export const letterSize: PageSize = { width: 612, height: 792 };

/**
 * One page as a PDF, drawn with the fonts that every PDF reader has. The date of creation is fixed, so that the
 * same drawing gives the same bytes.
 */
export function drawPdf(size: PageSize, title: string, draw: (pen: Pen) => void): Promise<Buffer> {
  return drawPages(size, title, [draw]);
}

/** The same with several pages. */
export function drawPages(
  size: PageSize,
  title: string,
  pages: readonly ((pen: Pen) => void)[],
): Promise<Buffer> {
  const created = new Date('2025-01-01T00:00:00Z');
  const pen = new PDFDocument({
    size: [size.width, size.height],
    margin: 0,
    autoFirstPage: false,
    info: { Title: title, Producer: 'docfleet samples', Creator: 'docfleet samples', CreationDate: created },
  });
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    pen.on('data', (part: Buffer) => parts.push(part));
    pen.on('end', () => {
      resolve(Buffer.concat(parts));
    });
    pen.on('error', reject);
    for (const draw of pages) {
      pen.addPage({ size: [size.width, size.height], margin: 0 });
      draw(pen);
    }
    pen.end();
  });
}

type FontName = 'Helvetica' | 'Helvetica-Bold' | 'Times-Roman' | 'Times-Bold' | 'Courier' | 'Courier-Bold';

export interface TextStyle {
  readonly font?: FontName;
  /** In points; default 10. */
  readonly size?: number;
  /** Where `x` lies in the text; default left. */
  readonly align?: 'left' | 'right' | 'center';
  readonly color?: string;
}

/** One line of text with its top at `y`. */
export function line(pen: Pen, text: string, x: number, y: number, style: TextStyle = {}): void {
  pen
    .font(style.font ?? 'Helvetica')
    .fontSize(style.size ?? 10)
    .fillColor(style.color ?? '#111111');
  const width = pen.widthOfString(text);
  const shift = { left: 0, right: width, center: width / 2 }[style.align ?? 'left'];
  pen.text(text, x - shift, y, { lineBreak: false });
}

/** Lines below each other; gives the `y` below the last. */
export function lines(
  pen: Pen,
  texts: readonly string[],
  x: number,
  y: number,
  style: TextStyle = {},
): number {
  const step = (style.size ?? 10) * 1.4;
  texts.forEach((text, index) => {
    line(pen, text, x, y + index * step, style);
  });
  return y + texts.length * step;
}

export function rule(pen: Pen, from: number, to: number, y: number, width = 0.75): void {
  pen.moveTo(from, y).lineTo(to, y).lineWidth(width).strokeColor('#333333').stroke();
}

export interface Column<Row> {
  readonly title: string;
  /** Left edge, or right edge where the cells are right-aligned. */
  readonly x: number;
  readonly align?: 'right';
  readonly text: (row: Row) => string;
}

export interface TablePlace {
  readonly y: number;
  readonly left: number;
  readonly right: number;
  readonly rowHeight?: number;
}

/** A table with a shaded head and a rule below; gives the `y` below it. */
export function table<Row>(
  pen: Pen,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  place: TablePlace,
): number {
  const height = place.rowHeight ?? 20;
  pen.rect(place.left, place.y - 5, place.right - place.left, height).fill('#e3e6ea');
  for (const { title, x, align } of columns) {
    line(pen, title, x, place.y, { font: 'Helvetica-Bold', size: 9.5, align: align ?? 'left' });
  }
  rows.forEach((row, index) => {
    const y = place.y + (index + 1) * height;
    for (const { x, align, text } of columns) line(pen, text(row), x, y, { align: align ?? 'left' });
  });
  const bottom = place.y + (rows.length + 1) * height;
  rule(pen, place.left, place.right, bottom - 3);
  return bottom + 6;
}

import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';

/** A4 in points. */
export const paper = { width: 595, height: 842 } as const;
export const margin = 40;
/** Lowest place that content reaches; the footer stands below. */
export const bottom = paper.height - 52;
export const contentWidth = paper.width - 2 * margin;

export const colours = {
  ink: '#1b2430',
  muted: '#5b6675',
  line: '#d5dbe3',
  shade: '#f3f5f8',
  accent: '#0b5fa5',
  good: '#1a7f4b',
  warning: '#a65f00',
  bad: '#b3261e',
  white: '#ffffff',
} as const;
export type Colour = (typeof colours)[keyof typeof colours];

export interface TextStyle {
  /** In points; default 9. */
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: Colour;
  readonly align?: 'left' | 'right' | 'center';
  /** Lines at most, the last one with an ellipsis; default 1. */
  readonly maxLines?: number;
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Draws a report page by page. Places are in points from the top left corner. */
export interface Pen {
  readonly page: number;
  addPage(): void;
  /** Writes text and gives the height that it took. */
  text(text: string, place: Place, style?: TextStyle): number;
  /** Height that the text would take. */
  heightOf(text: string, width: number, style?: TextStyle): number;
  box(
    area: Place & { readonly height: number },
    look: {
      readonly fill?: Colour;
      readonly stroke?: Colour;
      readonly radius?: number;
      readonly lineWidth?: number;
    },
  ): void;
  line(y: number): void;
  image(jpeg: Buffer, area: Place & { readonly height: number }): void;
  /** What was drawn since the last call; complete pages only. */
  takeBytes(): readonly Buffer[];
  /** Ends the document; its last bytes can be taken then. */
  end(): Promise<void>;
}

/** Line height as a share of the size of the letters. */
const leading = 1.36;

/** Opens a document with the fonts of the report. The date is part of the document and must not be the present time. */
export function openPen(document: {
  readonly title: string;
  readonly footer: string;
  readonly at: number;
}): Pen {
  const pdf = new PDFDocument({
    size: [paper.width, paper.height],
    margin: 0,
    autoFirstPage: false,
    lang: 'en',
    displayTitle: true,
    info: {
      Title: document.title,
      Producer: 'docfleet',
      Creator: 'docfleet',
      CreationDate: new Date(document.at),
    },
  });
  const resolve = createRequire(import.meta.url).resolve;
  pdf.registerFont('regular', resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf'));
  pdf.registerFont('bold', resolve('@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf'));
  const bytes: Buffer[] = [];
  pdf.on('data', (part: Buffer) => bytes.push(part));
  const ended = new Promise<void>((done, fail) => {
    pdf.on('end', done);
    pdf.on('error', fail);
  });
  let page = 0;

  const set = ({ size = 9, bold = false, colour = colours.ink }: TextStyle): number => {
    pdf
      .font(bold ? 'bold' : 'regular')
      .fontSize(size)
      .fillColor(colour);
    return size * leading;
  };
  const options = (width: number, lineHeight: number, style: TextStyle) => ({
    width,
    // A line is drawn where it fits as a whole; the share above it is lost to rounding.
    height: lineHeight * (style.maxLines ?? 1) + 0.5,
    align: style.align ?? 'left',
    ellipsis: true,
    lineBreak: true,
  });

  return {
    get page() {
      return page;
    },
    addPage: () => {
      page += 1;
      pdf.addPage();
      const lineHeight = set({ size: 7, colour: colours.muted });
      const y = paper.height - 32;
      pdf.text(document.footer, margin, y, { width: contentWidth - 80, height: lineHeight, ellipsis: true });
      pdf.text(`Page ${String(page)}`, paper.width - margin - 80, y, { width: 80, align: 'right' });
    },
    text: (text, { x, y, width }, style = {}) => {
      const lineHeight = set(style);
      const shown = oneLineEach(text);
      if (shown === '') return 0;
      pdf.text(shown, x, y, options(width, lineHeight, style));
      return Math.min(pdf.heightOfString(shown, { width }), lineHeight * (style.maxLines ?? 1));
    },
    heightOf: (text, width, style = {}) => {
      const lineHeight = set(style);
      return Math.min(pdf.heightOfString(oneLineEach(text), { width }), lineHeight * (style.maxLines ?? 1));
    },
    box: ({ x, y, width, height }, { fill, stroke, radius = 0, lineWidth = 0.75 }) => {
      pdf.lineWidth(lineWidth).roundedRect(x, y, width, height, radius);
      if (fill !== undefined && stroke !== undefined) pdf.fillAndStroke(fill, stroke);
      else if (fill !== undefined) pdf.fill(fill);
      else pdf.stroke(stroke ?? colours.line);
    },
    line: (y) => {
      pdf
        .lineWidth(0.5)
        .moveTo(margin, y)
        .lineTo(paper.width - margin, y)
        .stroke(colours.line);
    },
    image: (jpeg, { x, y, width, height }) => {
      pdf.image(jpeg, x, y, { width, height });
    },
    takeBytes: () => bytes.splice(0),
    end: () => {
      pdf.end();
      return ended;
    },
  };
}

/** Text without characters that move what follows: tabs, ends of lines, and what changes the direction of text. */
function oneLineEach(text: string): string {
  return text
    .slice(0, 2_000)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\p{Bidi_Control}\p{Cs}]/gu, '')
    .trim();
}

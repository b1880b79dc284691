import PDFDocument from 'pdfkit';
import type { TextPage } from './text-page.ts';

const pointsPerInch = 72;

/** Longer side of a page whose resolution is not known, in points: that of A4. */
const defaultLongSidePoints = 842;

/** The encoded image of a page: PNG or JPEG. */
export interface ImagePage extends Pick<TextPage, 'widthPx' | 'heightPx' | 'dpi'> {
  readonly image: Uint8Array;
}

/** A PDF whose pages are the images, as they are encoded. The same images give the same bytes. */
export async function pdfOfImages(pages: readonly ImagePage[]): Promise<Buffer> {
  const document = new PDFDocument({
    autoFirstPage: false,
    margin: 0,
    info: { Producer: 'docfleet', Creator: 'docfleet', CreationDate: new Date(0) },
  });
  const parts: Buffer[] = [];
  document.on('data', (part: Buffer) => parts.push(part));
  const ended = new Promise<void>((resolve, reject) => {
    document.on('end', resolve);
    document.on('error', reject);
  });
  for (const { image, ...size } of pages) {
    const [width, height] = pageSize(size);
    document.addPage({ size: [width, height], margin: 0 });
    document.image(Buffer.from(image), 0, 0, { width, height });
  }
  document.end();
  await ended;
  return Buffer.concat(parts);
}

function pageSize({ widthPx, heightPx, dpi }: Omit<ImagePage, 'image'>): readonly [number, number] {
  const scale =
    dpi === null || dpi <= 0 ? defaultLongSidePoints / Math.max(widthPx, heightPx) : pointsPerInch / dpi;
  return [widthPx * scale, heightPx * scale];
}

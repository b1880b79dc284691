import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** A word as another reader finds it on a page. */
export interface FoundText {
  readonly text: string;
  /** Left end of the lower edge, in points from the bottom left corner of the page as it is shown. */
  readonly x: number;
  readonly y: number;
}

/** The text of each page, as pdf.js reads it. */
export async function readPdf(bytes: Uint8Array): Promise<readonly (readonly FoundText[])[]> {
  const task = getDocument({ data: new Uint8Array(bytes), verbosity: 0 });
  const document = await task.promise;
  const pages: FoundText[][] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const viewport = page.getViewport({ scale: 1 });
    const { items } = await page.getTextContent();
    pages.push(
      items.flatMap((item) => {
        if (!('str' in item) || item.str.trim() === '') return [];
        const transform = item.transform as readonly number[];
        const point: readonly number[] = viewport.convertToViewportPoint(
          transform[4] ?? 0,
          transform[5] ?? 0,
        );
        const [x = 0, y = 0] = point;
        return [{ text: item.str.trim(), x, y: viewport.height - y }];
      }),
    );
  }
  await task.destroy();
  return pages;
}

import type { Rendition } from '@docfleet/domain';
import type { TextPage } from './text-page.ts';

/** Media types of renditions. */
export const mediaTypeOfRendition: Readonly<Record<Rendition, string>> = {
  'searchable.pdf': 'application/pdf',
  'words.json': 'application/json',
  'words.hocr': 'application/xhtml+xml',
  'words.alto.xml': 'application/xml',
};

/** What the pages of a searchable PDF show. */
export type PageSource =
  | { readonly kind: 'original'; readonly pdf: Uint8Array }
  /** Images in the order of the pages. */
  | { readonly kind: 'images'; readonly images: readonly Uint8Array[] };

export type RenderJob =
  | { readonly rendition: 'searchable.pdf'; readonly pages: readonly TextPage[]; readonly source: PageSource }
  | { readonly rendition: Exclude<Rendition, 'searchable.pdf'>; readonly pages: readonly TextPage[] };

import type { Box } from '@docfleet/domain';

/** One character of a page's text layer, with its position on the rendered page. */
export interface Glyph {
  readonly text: string;
  /** In pixels of the rendering. */
  readonly box: Box;
  /** Whether the page looks different without it: not invisible, hidden, covered, outside the page, or in the ground's colour. */
  readonly shown: boolean;
  /** The font maps it to no character. */
  readonly unmapped: boolean;
}

/** A break between words or lines, as PDFium reports it. */
export interface GlyphBreak {
  readonly text: ' ' | '\n';
}

/** The page's characters in the order of its content, with the breaks between them. */
export type GlyphRun = readonly (Glyph | GlyphBreak)[];

export function isGlyph(item: Glyph | GlyphBreak): item is Glyph {
  return 'box' in item;
}

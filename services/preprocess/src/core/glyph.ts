import type { Box } from '@docfleet/domain';

/** One character of a page's own text, placed on the rendering. */
export interface Glyph {
  readonly text: string;
  /** In pixels of the rendering. */
  readonly box: Box;
  /** Drawn with text rendering mode 3 or 7: nothing of it shows. */
  readonly invisible: boolean;
  /** Has no character that it is known to stand for. */
  readonly unmapped: boolean;
}

/** A break between words or lines that the reader of the text saw. */
export interface GlyphBreak {
  readonly text: ' ' | '\n';
}

/** The page's characters in the order of its content, with the breaks between them. */
export type GlyphRun = readonly (Glyph | GlyphBreak)[];

export function isGlyph(item: Glyph | GlyphBreak): item is Glyph {
  return 'box' in item;
}

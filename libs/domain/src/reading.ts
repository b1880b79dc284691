import type { UnreadContent } from './unread-content.ts';

/** Rectangle [left, top, right, bottom] in pixels of the page image, origin at the top left corner. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

export interface Word {
  readonly text: string;
  readonly box: Box;
  /** 0 to 1, as the engine gives it. */
  readonly confidence: number;
}

/** One line of text as it stands on the page; `words` are in reading order. */
export interface Line {
  readonly text: string;
  readonly box: Box;
  readonly confidence: number;
  readonly words: readonly Word[];
}

/** Which engine read a page. */
export const readingEngines = ['text-layer', 'onnx', 'tesseract'] as const;
export type ReadingEngine = (typeof readingEngines)[number];

/** Named reading routes: what is spent on a page. `auto` reads fast, and reads uncertain pages again. */
export const readingRoutes = ['fast', 'auto', 'accurate'] as const;
export type ReadingRoute = (typeof readingRoutes)[number];

/** The words of one page. Pages count from 1; lines are in reading order. */
export interface PageReading {
  readonly page: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly engine: ReadingEngine;
  /** Names engine, models and constants: two readings with the same version of the same pixels are equal. */
  readonly engineVersion: string;
  readonly lines: readonly Line[];
  /** What of the page could not be read at all; absent where nothing is known to be missing. */
  readonly unread?: readonly UnreadContent[] | undefined;
}

/** Smallest box around all `boxes`; undefined when there is none. */
export function unionOf(boxes: readonly Box[]): Box | undefined {
  const [first, ...rest] = boxes;
  if (first === undefined) return undefined;
  return rest.reduce<Box>(
    (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])],
    first,
  );
}

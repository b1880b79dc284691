import type { LabelledDocument } from '@docfleet/class-training';
import type { Box, PageReading, Word } from '@docfleet/domain';
import { layoutOf, netLines, type NetLine } from '@docfleet/field-extraction';

/** A line of a receipt to learn from, and what it is part of. */
export interface LearningLine {
  readonly text: string;
  readonly box: Box;
  readonly confidence: number;
  readonly name: boolean;
  readonly address: boolean;
  /** Holds the labelled date or total, so that it must stay. */
  readonly needed: boolean;
}

/** A receipt to learn from: its lines in reading order, with the labels of what they hold. */
export interface LearningDocument {
  readonly id: string;
  readonly group: string;
  readonly source: 'given' | 'read';
  readonly labels: LabelledDocument['labels'];
  readonly lines: readonly LearningLine[];
}

/** First and last line. */
export type Span = readonly [first: number, last: number];

export interface LaidOut {
  readonly lines: readonly NetLine[];
  readonly name: Span | null;
  readonly address: Span | null;
}

/** Lays the lines out as a page, the way that readings are laid out, and finds the spans again. */
export function laidOut(document: Pick<LearningDocument, 'lines'>): LaidOut {
  const parts = new Map<Word, LearningLine>();
  const reading: PageReading = {
    page: 1,
    widthPx: Math.ceil(Math.max(1, ...document.lines.map(({ box }) => box[2]))),
    heightPx: Math.ceil(Math.max(1, ...document.lines.map(({ box }) => box[3]))),
    engine: 'text-layer',
    engineVersion: 'learning',
    lines: document.lines.map((line) => {
      const words = spreadWords(line);
      for (const word of words) parts.set(word, line);
      return { text: line.text, box: line.box, confidence: line.confidence, words };
    }),
  };
  const lines = netLines([layoutOf(reading)]);
  const spanOf = (part: 'name' | 'address', longest: number): Span | null => {
    const own = lines.flatMap(({ segment }, i) =>
      segment.words.some((word) => parts.get(word)?.[part] === true) ? [i] : [],
    );
    const first = own[0];
    const last = own.at(-1);
    return first === undefined || last === undefined || last - first >= longest ? null : [first, last];
  };
  return { lines, name: spanOf('name', 4), address: spanOf('address', 8) };
}

/** Words of widths in proportion to their letters. */
function spreadWords({ text, box, confidence }: LearningLine): readonly Word[] {
  const perLetter = (box[2] - box[0]) / Math.max(1, text.length);
  return [...text.matchAll(/\S+/g)].map((match) => ({
    text: match[0],
    box: [
      box[0] + match.index * perLetter,
      box[1],
      box[0] + (match.index + match[0].length) * perLetter,
      box[3],
    ],
    confidence,
  }));
}

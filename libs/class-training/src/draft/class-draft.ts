import type { FieldType, PageReading, Word } from '@docfleet/domain';

/** Types of field that can be marked on a page; a count is the number of rows, which nobody clicks. */
export const markableTypes = [
  'text',
  'identifier',
  'date',
  'money',
  'currency',
] as const satisfies readonly FieldType[];
export type MarkableType = (typeof markableTypes)[number];

/** A field of a class to be, as a person named it. */
export interface DraftField {
  /** Lower-case words joined by `_`. */
  readonly name: string;
  readonly type: MarkableType;
  readonly required: boolean;
}

/** The words that a person clicked as the value of a field, all on one page. */
export interface Mark {
  readonly field: string;
  readonly page: number;
  readonly words: readonly Word[];
}

/** A document that a person marked, with the reading of its pages. */
export interface MarkedExample {
  readonly id: string;
  readonly pages: readonly PageReading[];
  /** At most one a field; a field without one is not on the document. */
  readonly marks: readonly Mark[];
}

/** What a class is proposed from. */
export interface ClassDraft {
  /** Lower-case words joined by `-`. */
  readonly name: string;
  /** What a person calls such a document. */
  readonly title: string;
  readonly fields: readonly DraftField[];
  readonly examples: readonly MarkedExample[];
}

/** Fewest and most examples of a draft. */
export const draftExamples = { min: 5, max: 20 } as const;

/** The value that a mark stands for. */
export interface MarkedValue {
  readonly page: number;
  /** In reading order. */
  readonly words: readonly Word[];
  readonly text: string;
  /** Lines that the words stand in. */
  readonly lines: number;
}

/** The marked words in reading order: line by line, and from left to right. */
export function valueOf({ page, words }: Mark): MarkedValue {
  const heights = words.map(({ box }) => box[3] - box[1]).sort((a, b) => a - b);
  const height = Math.max(1, heights[Math.floor(heights.length / 2)] ?? 1);
  const lines: Word[][] = [];
  for (const word of [...words].sort((a, b) => middleOf(a) - middleOf(b))) {
    const line = lines.at(-1);
    const [first] = line ?? [];
    if (line !== undefined && first !== undefined && middleOf(word) - middleOf(first) < 0.6 * height)
      line.push(word);
    else lines.push([word]);
  }
  const ordered = lines.flatMap((line) => line.sort((a, b) => a.box[0] - b.box[0]));
  const text = ordered
    .map((word) => word.text)
    .join(' ')
    .trim();
  return { page, words: ordered, text, lines: lines.length };
}

function middleOf({ box }: Word): number {
  return (box[1] + box[3]) / 2;
}

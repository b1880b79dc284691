/** Types of field that a person may choose. */
export const draftTypes = ['text', 'identifier', 'date', 'money', 'currency'] as const;
export type DraftType = (typeof draftTypes)[number];

/** Fewest and most examples that the gateway takes. */
export const examplesNeeded = { min: 5, max: 20 } as const;

export interface DraftField {
  readonly name: string;
  readonly type: DraftType;
  readonly required: boolean;
}

/** A word of a page, as the file of words counts: which line, and which word of it, both from 0. */
export interface WordAddress {
  readonly line: number;
  readonly word: number;
}

export interface Mark {
  readonly field: string;
  readonly page: number;
  readonly words: readonly WordAddress[];
}

/** A document that was sent as an example. */
export interface Example {
  readonly runId: string;
  readonly fileName: string;
  readonly marks: readonly Mark[];
}

/** A class to be, as it is kept in this browser. */
export interface ClassDraft {
  readonly title: string;
  readonly fields: readonly DraftField[];
  readonly examples: readonly Example[];
}

export const emptyDraft: ClassDraft = { title: '', fields: [], examples: [] };

/** A name as class files have it, of what a person typed: `Lieferschein Nr.` is `lieferschein-nr`. */
export function nameOf(text: string, joint: '-' | '_'): string {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
  return words
    .replace(/^[0-9 ]+/, '')
    .replaceAll(' ', joint)
    .slice(0, 60);
}

export function withField(draft: ClassDraft, field: DraftField): ClassDraft {
  return { ...draft, fields: [...draft.fields, field] };
}

/** The draft with other facts of a field. Another name takes its marks along. */
export function withChangedField(draft: ClassDraft, name: string, change: Partial<DraftField>): ClassDraft {
  const renamed = change.name ?? name;
  return {
    ...draft,
    fields: draft.fields.map((field) => (field.name === name ? { ...field, ...change } : field)),
    examples: draft.examples.map((example) => ({
      ...example,
      marks: example.marks.map((mark) => (mark.field === name ? { ...mark, field: renamed } : mark)),
    })),
  };
}

export function withoutField(draft: ClassDraft, name: string): ClassDraft {
  return {
    ...draft,
    fields: draft.fields.filter((field) => field.name !== name),
    examples: draft.examples.map((example) => ({
      ...example,
      marks: example.marks.filter(({ field }) => field !== name),
    })),
  };
}

export function withExample(draft: ClassDraft, example: Omit<Example, 'marks'>): ClassDraft {
  if (draft.examples.some(({ runId }) => runId === example.runId)) return draft;
  return { ...draft, examples: [...draft.examples, { ...example, marks: [] }] };
}

export function withoutExample(draft: ClassDraft, runId: string): ClassDraft {
  return { ...draft, examples: draft.examples.filter((example) => example.runId !== runId) };
}

/** The field that a word is marked as in an example. */
export function fieldAt(example: Example, page: number, at: WordAddress): string | undefined {
  return example.marks.find((mark) => mark.page === page && mark.words.some((word) => isSame(word, at)))
    ?.field;
}

export interface Press {
  readonly runId: string;
  readonly field: string;
  readonly page: number;
  readonly at: WordAddress;
}

/**
 * The draft after a word was pressed: it is added to the value of the field, or taken away where it was part of it. A word is
 * part of one value only, and a value stands on one page only: what was marked before on another page is replaced.
 */
export function pressWord(draft: ClassDraft, { runId, field, page, at }: Press): ClassDraft {
  return {
    ...draft,
    examples: draft.examples.map((example) => {
      if (example.runId !== runId) return example;
      const wasPart = fieldAt(example, page, at) === field;
      const marks = example.marks
        .map((mark) =>
          mark.page === page ? { ...mark, words: mark.words.filter((word) => !isSame(word, at)) } : mark,
        )
        .filter((mark) => mark.words.length > 0 && (mark.field !== field || mark.page === page));
      if (wasPart) return { ...example, marks };
      const known = marks.find((mark) => mark.field === field);
      const grown = { field, page, words: [...(known?.words ?? []), at].sort(inOrder) };
      return { ...example, marks: [...marks.filter((mark) => mark !== known), grown] };
    }),
  };
}

/** Takes the value of a field in one example away. */
export function withoutMark(draft: ClassDraft, runId: string, field: string): ClassDraft {
  return {
    ...draft,
    examples: draft.examples.map((example) =>
      example.runId === runId
        ? { ...example, marks: example.marks.filter((mark) => mark.field !== field) }
        : example,
    ),
  };
}

/** Why a class cannot be proposed yet; undefined where it can. */
export function missingOf(draft: ClassDraft): 'title' | 'fields' | 'examples' | 'marks' | undefined {
  if (nameOf(draft.title, '-') === '') return 'title';
  if (draft.fields.length === 0) return 'fields';
  if (draft.examples.length < examplesNeeded.min) return 'examples';
  const marked = draft.examples.filter(({ marks }) => marks.length > 0).length;
  return marked < examplesNeeded.min ? 'marks' : undefined;
}

/** The draft in a stored text; what is damaged is no draft. */
export function readDraft(text: string | null): ClassDraft {
  try {
    const { title, fields, examples } = JSON.parse(text ?? '') as Partial<Record<keyof ClassDraft, unknown>>;
    if (typeof title !== 'string' || !Array.isArray(fields) || !Array.isArray(examples)) return emptyDraft;
    return { title, fields: fields.flatMap(readField), examples: examples.flatMap(readExample) };
  } catch {
    return emptyDraft;
  }
}

function readField(value: unknown): readonly DraftField[] {
  const { name, type, required } = (value ?? {}) as Partial<Record<keyof DraftField, unknown>>;
  const known = draftTypes.find((each) => each === type);
  return typeof name === 'string' && known !== undefined && typeof required === 'boolean'
    ? [{ name, type: known, required }]
    : [];
}

function readExample(value: unknown): readonly Example[] {
  const { runId, fileName, marks } = (value ?? {}) as Partial<Record<keyof Example, unknown>>;
  return typeof runId === 'string' && typeof fileName === 'string' && Array.isArray(marks)
    ? [{ runId, fileName, marks: marks.flatMap(readMark) }]
    : [];
}

function readMark(value: unknown): readonly Mark[] {
  const { field, page, words } = (value ?? {}) as Partial<Record<keyof Mark, unknown>>;
  if (typeof field !== 'string' || !Number.isInteger(page) || !Array.isArray(words)) return [];
  const read = words.flatMap((one: unknown): WordAddress[] => {
    const { line, word } = (one ?? {}) as Partial<Record<keyof WordAddress, unknown>>;
    return typeof line === 'number' && typeof word === 'number' ? [{ line, word }] : [];
  });
  return read.length === 0 ? [] : [{ field, page: page as number, words: read }];
}

function isSame(a: WordAddress, b: WordAddress): boolean {
  return a.line === b.line && a.word === b.word;
}

function inOrder(a: WordAddress, b: WordAddress): number {
  return a.line - b.line || a.word - b.word;
}

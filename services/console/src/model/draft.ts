import type { ReviewChange } from '@docfleet/client';

/** What a person has typed into a task and the gateway has not stored. */
export interface Draft {
  /** Text of the line that is being edited, by the id of its item. */
  readonly texts: Readonly<Record<string, string>>;
  readonly changes: readonly ReviewChange[];
  /** First pages of the documents that both are for, by their order: borders may move while the page is away. */
  readonly firstPages: readonly number[];
}

export const noDraft: Draft = { texts: {}, changes: [], firstPages: [] };

const ops: readonly ReviewChange['op'][] = [
  ...(['set', 'confirm', 'remove', 'addRow', 'setRow', 'removeRow'] as const),
  ...(['setClass', 'split', 'merge', 'undo'] as const),
];

/** The draft in a stored text; damage is no draft. Only this console writes it. */
export function readDraft(text: string | null): Draft {
  try {
    const parsed = JSON.parse(text ?? 'null') as unknown;
    const { texts, changes, firstPages } = (parsed ?? {}) as Readonly<Record<string, unknown>>;
    return {
      texts: Object.fromEntries(
        Object.entries(typeof texts === 'object' && texts !== null ? texts : {}).filter(
          (entry): entry is [string, string] => typeof entry[1] === 'string',
        ),
      ),
      changes: listOf(changes).filter(isChange),
      firstPages: listOf(firstPages).filter((page) => typeof page === 'number'),
    };
  } catch {
    return noDraft;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isChange(value: unknown): value is ReviewChange {
  const { op } = (value ?? {}) as { op?: unknown };
  return ops.some((known) => known === op);
}

/** The draft as it is stored; null: there is nothing to keep. */
export function draftText(draft: Draft): string | null {
  const isEmpty = draft.changes.length === 0 && Object.keys(draft.texts).length === 0;
  return isEmpty ? null : JSON.stringify(draft);
}

/** Texts by item with that of one; undefined: it is no longer edited. */
export function withText(texts: Draft['texts'], id: string, text: string | undefined): Draft['texts'] {
  const others = Object.entries(texts).filter(([each]) => each !== id);
  return Object.fromEntries(text === undefined ? others : [...others, [id, text]]);
}

import type { ReviewChange, ReviewedDocument } from '@docfleet/client';
import { mergeOf, splitAt } from './document-borders.ts';
import type { PickedWords } from './page-words.ts';
import { pageIn } from './placed-fields.ts';
import type { ReviewAction } from './review-keys.ts';
import { besides, openFrom, type WorkItem } from './work-place.ts';
import type { Box } from './view.ts';
import type { Picking, Remark, WorkEvent, WorkState } from './work-state.ts';

/** What is known of a task when somebody presses a key or a button. */
export interface WorkFacts {
  readonly state: WorkState;
  readonly items: readonly WorkItem[];
  /** As they will be once the changes are stored. */
  readonly documents: readonly ReviewedDocument[];
  readonly pageCount: number;
  /** Text that is being typed, by the id of the item. */
  readonly texts: Readonly<Record<string, string>>;
  /** Nothing can be changed: somebody else has the task, it is decided, or numbers of documents are not known yet. */
  readonly isLocked: boolean;
  /** The task can be left to others. */
  readonly maySkip: boolean;
  /** The task cannot be rejected or sent back: the machine has approved it. */
  readonly isAfterwards: boolean;
}

/** What a step does beside the state of the work place. */
export type WorkEffect =
  | { readonly kind: 'change'; readonly change: ReviewChange }
  | { readonly kind: 'undo' }
  | { readonly kind: 'keepText'; readonly id: string; readonly text: string | undefined }
  | { readonly kind: 'zoom'; readonly direction: 'in' | 'out' }
  | { readonly kind: 'decide'; readonly decision: 'approve' | 'reject' | 'sendBack' | 'skip' };

/** What follows from a key or a button, one after the other. */
export type WorkStep = WorkEvent | WorkEffect;
type Steps = readonly WorkStep[];

const effects: readonly WorkStep['kind'][] = ['change', 'undo', 'keepText', 'zoom', 'decide'];

export function isEffect(step: WorkStep): step is WorkEffect {
  return effects.includes(step.kind);
}

/** Actions that a task allows which cannot be changed. */
const harmless: readonly ReviewAction[] = [
  ...(['next', 'previous', 'nextPage', 'previousPage', 'zoomIn', 'zoomOut', 'help', 'skip'] as const),
];

/** What an action does now; none where it cannot be done. */
export function stepsOf(action: ReviewAction, facts: WorkFacts): Steps {
  return facts.isLocked && !harmless.includes(action) ? [] : stepsOfOpen(action, facts);
}

function stepsOfOpen(action: ReviewAction, facts: WorkFacts): Steps {
  const { state, items, documents, pageCount, maySkip, isAfterwards } = facts;
  const { currentId, page } = state;
  const current = items.find(({ id }) => id === currentId);
  switch (action) {
    case 'next':
      return toItem(openFrom(items, currentId, 1));
    case 'previous':
      return toItem(openFrom(items, currentId, -1));
    case 'nextPage':
      return [{ kind: 'showedPage', page: pageIn(pageCount, page + 1) }];
    case 'previousPage':
      return [{ kind: 'showedPage', page: pageIn(pageCount, page - 1) }];
    case 'zoomIn':
      return [{ kind: 'zoom', direction: 'in' }];
    case 'zoomOut':
      return [{ kind: 'zoom', direction: 'out' }];
    case 'help':
      return [{ kind: 'opened', dialog: 'keys' }];
    case 'skip':
      return maySkip ? [{ kind: 'decide', decision: 'skip' }] : [];
    case 'accept':
      return acceptSteps(current, facts);
    case 'edit':
      return current === undefined ? [] : editSteps(current, facts);
    case 'remove':
      if (current?.kind !== 'field') return [];
      return [
        changed({ op: 'remove', document: current.document, field: current.name }),
        ...goOn(current, facts),
      ];
    case 'undo':
      return [{ kind: 'undo' }];
    case 'add':
      return [{ kind: 'opened', dialog: 'add' }];
    case 'pick':
      return pickSteps('words', facts);
    case 'draw':
      return pickSteps('box', facts);
    case 'split':
      return changeOr(splitAt(documents, page), 'noSplit');
    case 'merge':
      return changeOr(mergeOf(documents, current?.document ?? 1), 'noMerge');
    case 'approve':
      return [{ kind: 'decide', decision: 'approve' }];
    case 'reject':
    case 'sendBack':
      return isAfterwards ? [] : [{ kind: 'decide', decision: action }];
  }
}

/** To an item, or the word that nothing is left. */
export function toItem(item: WorkItem | undefined): Steps {
  return [item === undefined ? { kind: 'allChecked' } : { kind: 'wentTo', item }];
}

/** To the item above or below, open or not. */
export function stepsBeside(step: 1 | -1, { items, state }: WorkFacts): Steps {
  const beside = besides(items, state.currentId, step);
  return beside === undefined ? [] : toItem(beside);
}

/** Begins to type the value of an item. */
export function editSteps(item: WorkItem, { texts, isLocked }: WorkFacts): Steps {
  if (isLocked) return [];
  const isNew = item.kind === 'field' && texts[item.id] === undefined;
  return [
    { kind: 'editing', item },
    ...(isNew ? [{ kind: 'keepText', id: item.id, text: item.field?.value ?? '' } as const] : []),
  ];
}

/** Leaves what was typed. */
export function leaveSteps(id: string): Steps {
  return [
    { kind: 'keepText', id, text: undefined },
    { kind: 'leftEditor', id },
  ];
}

/** Stores what was typed and goes on; a value that was left as it was is confirmed by that. */
export function storeSteps(item: WorkItem, facts: WorkFacts): Steps {
  const value = (facts.texts[item.id] ?? '').trim();
  const place = facts.state.places[item.id];
  const { document, name: field } = item;
  const isSame = value === item.field?.value && place === undefined && item.field.state !== 'removed';
  return [
    changed(isSame ? { op: 'confirm', document, field } : { op: 'set', document, field, value, ...place }),
    ...leaveSteps(item.id),
    ...goOn(item, facts),
  ];
}

/** Words of the page that is shown become the value of an item, to be stored or changed. */
export function takeSteps(item: WorkItem, { text, box }: PickedWords, page: number): Steps {
  return [
    { kind: 'tookPlace', id: item.id, place: { page, box, words: text } },
    { kind: 'keepText', id: item.id, text },
  ];
}

/** A box in which nothing is printed was drawn on the page that is shown: the value is typed. */
export function emptyBoxSteps(item: WorkItem, box: Box, facts: WorkFacts): Steps {
  const place = { page: facts.state.page, box, words: '' };
  return [...editSteps(item, facts), { kind: 'drewEmptyBox', id: item.id, place }];
}

/** Begins to type a field that the document does not list. */
export function addSteps(document: number, field: string): Steps {
  const id = `${String(document)}/${field}`;
  return [
    { kind: 'askedFor', id },
    { kind: 'keepText', id, text: '' },
  ];
}

/** The item that words are picked for: by key, or because it is being edited. */
export function pickingOf({ picking, editingId }: WorkState): Picking | undefined {
  if (picking !== undefined || editingId === undefined) return picking;
  return { id: editingId, kind: 'words', byKey: false };
}

function acceptSteps(current: WorkItem | undefined, facts: WorkFacts): Steps {
  if (current === undefined) return toItem(openFrom(facts.items, undefined, 1));
  const { document, name: field, id, isOpen } = current;
  if (current.kind === 'class') {
    const documentClass = facts.documents[document - 1]?.documentClass;
    return [
      { kind: 'lookedAt', id },
      ...(documentClass !== undefined && isOpen
        ? [changed({ op: 'setClass', document, documentClass })]
        : []),
      ...goOn(current, facts),
    ];
  }
  if (current.field === undefined || current.field.state === 'removed') return editSteps(current, facts);
  const isNew = current.field.state === 'machine';
  return [...(isNew ? [changed({ op: 'confirm', document, field })] : []), ...goOn(current, facts)];
}

function pickSteps(kind: Picking['kind'], { items, state }: WorkFacts): Steps {
  const current = items.find(({ id }) => id === state.currentId);
  if (current?.kind !== 'field') return [{ kind: 'refused', remark: 'pickFirst' }];
  return [{ kind: 'picking', picking: { id: current.id, kind, byKey: true } }];
}

/** To the next open item, as it will be once this one is done. */
function goOn(done: WorkItem, { items }: WorkFacts): Steps {
  const after = items.map((item) => (item.id === done.id ? { ...item, isOpen: false } : item));
  return toItem(openFrom(after, done.id, 1));
}

function changed(change: ReviewChange): WorkStep {
  return { kind: 'change', change };
}

function changeOr(change: ReviewChange | undefined, remark: Remark): Steps {
  return [change === undefined ? { kind: 'refused', remark } : changed(change)];
}

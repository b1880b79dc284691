import { movedId, movedKeys, type Borders } from './document-borders.ts';
import type { MarkedPlace } from './review-types.ts';
import type { WorkItem } from './work-place.ts';

/** How a place on the page is given to an item. By key: the layer over the page takes the keys. */
export interface Picking {
  /** Of the item that it is for. */
  readonly id: string;
  readonly kind: 'words' | 'box';
  readonly byKey: boolean;
}

export type WorkDialog = 'approve' | 'reject' | 'sendBack' | 'skip' | 'keys' | 'history' | 'add';

/** What is said below the page, until something else is done. */
export type Remark = 'allChecked' | 'pickFirst' | 'noWordsInBox' | 'noSplit' | 'noMerge';

/** The work place of one task, without what the gateway has of it. Items are named by their ids. */
export interface WorkState {
  /** Classes that were found right. */
  readonly looked: ReadonlySet<string>;
  /** Fields that the person wants to add. */
  readonly asked: ReadonlySet<string>;
  readonly currentId: string | undefined;
  /** Under the pointer. */
  readonly hoveredId: string | undefined;
  /** Whose value is being typed. */
  readonly editingId: string | undefined;
  /** Places that were picked for values that are not stored. */
  readonly places: Readonly<Record<string, MarkedPlace>>;
  readonly picking: Picking | undefined;
  readonly dialog: WorkDialog | undefined;
  readonly remark: Remark | undefined;
  readonly page: number;
  /** What the page scrolls and zooms to, each time that `key` is another one. */
  readonly target: { readonly place: MarkedPlace; readonly key: string } | undefined;
  /** Gets the focus once it is there: a value of its own for each time. */
  readonly focus: { readonly id: string } | undefined;
}

export type WorkEvent =
  /** To an item, which gets the focus. */
  | { readonly kind: 'wentTo'; readonly item: WorkItem }
  /** An item has the focus. */
  | { readonly kind: 'becameCurrent'; readonly item: WorkItem }
  /** Nothing is left to go to. */
  | { readonly kind: 'allChecked' }
  | { readonly kind: 'refused'; readonly remark: Remark }
  | { readonly kind: 'lookedAt'; readonly id: string }
  | { readonly kind: 'askedFor'; readonly id: string }
  | { readonly kind: 'editing'; readonly item: WorkItem }
  | { readonly kind: 'leftEditor'; readonly id: string }
  | { readonly kind: 'picking'; readonly picking: Picking }
  | { readonly kind: 'tookPlace'; readonly id: string; readonly place: MarkedPlace }
  /** A box was drawn in which nothing is printed: its value is typed. */
  | { readonly kind: 'drewEmptyBox'; readonly id: string; readonly place: MarkedPlace }
  | { readonly kind: 'endedPicking'; readonly id: string }
  | { readonly kind: 'showedPage'; readonly page: number }
  | { readonly kind: 'showedPlace'; readonly place: MarkedPlace | undefined; readonly key: string }
  | { readonly kind: 'hovered'; readonly id: string | undefined }
  | { readonly kind: 'opened'; readonly dialog: WorkDialog }
  | { readonly kind: 'closed' }
  | { readonly kind: 'bordersMoved'; readonly before: Borders; readonly after: Borders };

/** `texts`: what was being typed when the page was left; it is typed on. */
export function initialWork(items: readonly WorkItem[], texts: Readonly<Record<string, string>>): WorkState {
  const current = items.find(({ isOpen }) => isOpen) ?? items[0];
  return {
    looked: new Set(),
    asked: new Set(),
    currentId: current?.id,
    hoveredId: undefined,
    editingId: items.find(({ id }) => texts[id] !== undefined)?.id,
    places: {},
    picking: undefined,
    dialog: undefined,
    remark: undefined,
    page: current?.place?.page ?? 1,
    target: undefined,
    focus: current === undefined ? undefined : { id: current.id },
  };
}

/** The work place after something happened. */
export function afterWork(state: WorkState, event: WorkEvent): WorkState {
  switch (event.kind) {
    case 'wentTo':
      return { ...becameCurrent(state, event.item), focus: { id: event.item.id } };
    case 'becameCurrent':
      return becameCurrent(state, event.item);
    case 'allChecked':
      return { ...state, remark: 'allChecked', focus: focusOf(state.currentId) };
    case 'refused':
      return { ...state, remark: event.remark };
    case 'lookedAt':
      return { ...state, looked: new Set(state.looked).add(event.id) };
    case 'askedFor': {
      const { id } = event;
      return {
        ...state,
        asked: new Set(state.asked).add(id),
        currentId: id,
        editingId: id,
        dialog: undefined,
      };
    }
    case 'editing':
      return { ...becameCurrent(state, event.item), editingId: event.item.id };
    case 'leftEditor': {
      const { [event.id]: left, ...places } = state.places;
      return {
        ...state,
        places: left === undefined ? state.places : places,
        editingId: undefined,
        picking: undefined,
        focus: { id: event.id },
      };
    }
    case 'picking':
      return { ...state, picking: event.picking };
    case 'tookPlace': {
      const { id, place } = event;
      const places = { ...state.places, [id]: place };
      return { ...state, places, currentId: id, editingId: id, picking: undefined };
    }
    case 'drewEmptyBox': {
      const places = { ...state.places, [event.id]: event.place };
      return { ...state, places, picking: undefined, remark: 'noWordsInBox' };
    }
    case 'endedPicking':
      return { ...state, picking: undefined, focus: { id: event.id } };
    case 'showedPage':
      return { ...state, page: event.page };
    case 'showedPlace':
      return withTarget(state, event.place, event.key);
    case 'hovered':
      return { ...state, hoveredId: event.id };
    case 'opened':
      return { ...state, dialog: event.dialog };
    case 'closed':
      return { ...state, dialog: undefined };
    case 'bordersMoved':
      return renumbered(state, event);
  }
}

function becameCurrent(state: WorkState, item: WorkItem): WorkState {
  const next: WorkState = { ...state, currentId: item.id, remark: undefined };
  const isNews = item.id !== state.currentId || state.target === undefined;
  return isNews ? withTarget(next, item.place, item.id) : next;
}

function withTarget(state: WorkState, place: MarkedPlace | undefined, key: string): WorkState {
  if (place === undefined) return state;
  return { ...state, page: place.page, target: { place, key: `${key} ${place.box.join(' ')}` } };
}

function focusOf(id: string | undefined): WorkState['focus'] {
  return id === undefined ? undefined : { id };
}

function renumbered(
  state: WorkState,
  { before, after }: { readonly before: Borders; readonly after: Borders },
): WorkState {
  const moved = (id: string): string => movedId(id, before, after);
  const one = (id: string | undefined): string | undefined => (id === undefined ? undefined : moved(id));
  const { looked, asked, places, picking, currentId, editingId } = state;
  return {
    ...state,
    looked: new Set([...looked].map(moved)),
    asked: new Set([...asked].map(moved)),
    places: movedKeys(places, before, after),
    picking: picking === undefined ? undefined : { ...picking, id: moved(picking.id) },
    currentId: one(currentId),
    editingId: one(editingId),
    hoveredId: undefined,
    // The line that has the focus may be another one now.
    focus: editingId === undefined ? focusOf(one(currentId)) : undefined,
  };
}

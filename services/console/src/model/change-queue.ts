import type { ReviewChange } from '@docfleet/client';

/** Most changes in one call. */
const mostOfCall = 200;

/** Changes on their way to the gateway. */
export interface SentChanges {
  /** The same at each attempt, so that a lost answer makes nothing happen twice. */
  readonly changeId: string;
  readonly changes: readonly ReviewChange[];
}

/** A change that the gateway does not take, and why. */
export interface RefusedChange {
  readonly change: ReviewChange;
  readonly message: string;
}

/**
 * Changes of a person that are shown at once and stored one call after the other. What was typed leaves it by being
 * stored, by being refused, or by the person: never by a lost lease, a conflict or a gateway that is away.
 */
export interface ChangeQueue {
  /** Of the task, as it was last heard of. */
  readonly version: number;
  /** Stays while an answer is missing: the same call is made again. */
  readonly sent: SentChanges | null;
  readonly waiting: readonly ReviewChange[];
  /** Why nothing is sent: somebody else holds the task, or it is decided or closed. */
  readonly halt: 'lease' | 'closed' | null;
  readonly refused: readonly RefusedChange[];
}

export type QueueEvent =
  | { readonly kind: 'added'; readonly change: ReviewChange }
  /** The person takes back the last change. */
  | { readonly kind: 'undone' }
  | { readonly kind: 'sending'; readonly changeId: string }
  | { readonly kind: 'stored'; readonly version: number }
  /** The task has another version than the call said: nothing was stored. */
  | { readonly kind: 'conflict'; readonly version: number }
  /** One change of the call does not fit: nothing was stored. */
  | { readonly kind: 'refused'; readonly at: number; readonly message: string }
  | { readonly kind: 'leaseLost' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'claimed'; readonly version: number }
  | { readonly kind: 'heard'; readonly version: number }
  /** Somebody else has moved borders of documents: changes are for documents of other numbers. */
  | { readonly kind: 'moved'; readonly numberOf: (document: number) => number }
  /** The person has read why changes were refused. */
  | { readonly kind: 'read' };

export function emptyQueue(version: number, waiting: readonly ReviewChange[] = []): ChangeQueue {
  return { version, sent: null, waiting, halt: null, refused: [] };
}

/** The queue after something happened. */
export function afterEvent(queue: ChangeQueue, event: QueueEvent): ChangeQueue {
  switch (event.kind) {
    case 'added':
      return { ...queue, waiting: [...queue.waiting, event.change] };
    case 'undone': {
      // What is on its way may be stored already; the gateway takes it back.
      const last = queue.waiting.at(-1);
      return last === undefined || last.op === 'undo'
        ? { ...queue, waiting: [...queue.waiting, { op: 'undo' }] }
        : { ...queue, waiting: queue.waiting.slice(0, -1) };
    }
    case 'sending': {
      if (!hasWork(queue) || queue.sent !== null) return queue;
      const changes = queue.waiting.slice(0, mostOfCall);
      const sent = { changeId: event.changeId, changes };
      return { ...queue, sent, waiting: queue.waiting.slice(changes.length) };
    }
    case 'stored':
      return { ...queue, sent: null, version: event.version };
    case 'conflict':
    case 'heard':
      return { ...queue, version: event.version };
    case 'refused': {
      const { sent } = queue;
      const change = sent?.changes[event.at];
      if (sent === null || change === undefined) return queue;
      const refused = [...queue.refused, { change, message: event.message }];
      const waiting = [...sent.changes.toSpliced(event.at, 1), ...queue.waiting];
      return { ...queue, sent: null, waiting, refused };
    }
    case 'leaseLost':
      return { ...queue, ...returned(queue), halt: 'lease' };
    case 'closed':
      return { ...queue, ...returned(queue), halt: 'closed' };
    case 'claimed':
      return { ...queue, version: event.version, halt: queue.halt === 'lease' ? null : queue.halt };
    case 'moved': {
      const renumbered = (change: ReviewChange): ReviewChange =>
        change.op === 'undo' ? change : { ...change, document: event.numberOf(change.document) };
      const { sent, waiting } = queue;
      return {
        ...queue,
        sent: sent === null ? null : { ...sent, changes: sent.changes.map(renumbered) },
        waiting: waiting.map(renumbered),
      };
    }
    case 'read':
      return { ...queue, refused: [] };
  }
}

function returned({ sent, waiting }: ChangeQueue): Pick<ChangeQueue, 'sent' | 'waiting'> {
  return { sent: null, waiting: [...(sent?.changes ?? []), ...waiting] };
}

/** Whether a call can be made: a new one, or the one that was not answered. */
export function hasWork({ halt, sent, waiting }: ChangeQueue): boolean {
  return halt === null && (sent !== null || waiting.length > 0);
}

/** Changes that are not stored yet, oldest first. */
export function pendingOf({ sent, waiting }: ChangeQueue): readonly ReviewChange[] {
  return [...(sent?.changes ?? []), ...waiting];
}

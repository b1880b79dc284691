import {
  ApiError,
  type ReviewChange,
  type ReviewClaim,
  type ReviewDecision,
  type ReviewDecisionRequest,
  type ReviewTask,
} from '@docfleet/client';
import {
  afterEvent,
  emptyQueue,
  hasWork,
  pendingOf,
  type ChangeQueue,
  type QueueEvent,
} from '../model/change-queue.ts';
import { isSettled } from '../model/decision-guard.ts';
import { haveMoved, movedKeys, movedNumber } from '../model/document-borders.ts';
import { draftText, readDraft, withText, type Draft } from '../model/draft.ts';
import { isRenewalDue } from '../model/lease.ts';
import type { ReviewHolder } from '../model/review-types.ts';

/** What the gateway does with one task. */
export interface TaskApi {
  readonly read: () => Promise<ReviewTask>;
  readonly claim: () => Promise<ReviewClaim>;
  readonly change: (call: {
    readonly version: number;
    readonly changeId: string;
    readonly changes: readonly ReviewChange[];
  }) => Promise<ReviewTask>;
  readonly decide: (call: ReviewDecisionRequest) => Promise<ReviewDecision>;
}

/** What a person decides. */
export type Decided = Omit<ReviewDecisionRequest, 'version' | 'decisionId'>;

/** Where drafts are kept, by the name of the task; null removes one. */
export interface DraftStore {
  readonly read: () => string | null;
  readonly write: (text: string | null) => void;
}

export interface TaskContext {
  readonly now: () => number;
  readonly newId: () => string;
  readonly sleep: (ms: number) => Promise<void>;
}

/** A task as somebody works on it. */
export interface TaskState {
  /** As the gateway has it. */
  readonly task: ReviewTask;
  readonly queue: ChangeQueue;
  /** Who holds it; undefined until it is known. */
  readonly holder: ReviewHolder | null | undefined;
  /** Length of a lease, in milliseconds. */
  readonly leaseMs: number;
  /** Text that is being typed, by the id of the item. */
  readonly texts: Draft['texts'];
  /** The gateway does not answer; changes are sent again by themselves. */
  readonly isAway: boolean;
  /** A decision is being sent, or was made: nothing more is changed or decided. */
  readonly isDeciding: boolean;
  /** Why something else did not work. */
  readonly problem: unknown;
}

/** Pause before a call is made again that got no answer, in milliseconds. */
const againMs = 1_500;

/** Lease of a task as far as it is known before the first renewal, in milliseconds. */
const usualLeaseMs = 300_000;

/**
 * Holds a task for a person: claims and renews its lease, shows changes at once and stores them one call after the other,
 * and keeps what was typed in the storage of the tab until it is stored.
 */
export interface TaskSession {
  readonly state: () => TaskState;
  readonly subscribe: (listener: () => void) => () => void;
  readonly change: (change: ReviewChange) => void;
  readonly undo: () => void;
  /** Keeps a text that is being typed; undefined: it is no longer typed. */
  readonly keepText: (id: string, text: string | undefined) => void;
  /** Claims the task, or renews the lease; after a lost one, changes that wait are stored. */
  readonly claim: () => Promise<void>;
  /** Gives up the changes that are not stored. */
  readonly discard: () => Promise<void>;
  /** The person has read why changes were refused. */
  readonly readRefusals: () => void;
  /** The person does something: the lease is renewed for those who are there. */
  readonly noteActivity: () => void;
  /** Called about once a second. */
  readonly tick: () => void;
  /** Whether a key or button that decides counts now: the task has been shown for a while, and no decision is under way. */
  readonly mayDecide: () => boolean;
  /**
   * Decides once all changes are stored. The same decision made again after a lost answer is one decision. The answer is
   * undefined where another decision is under way or was made, and where the task has been left meanwhile: then nothing
   * follows from it.
   */
  readonly decide: (decided: Decided) => Promise<ReviewDecision | undefined>;
  /** The task is shown from now on: begins to send what waits. */
  readonly start: () => void;
  /** Sends nothing more. What is not stored stays in the draft. */
  readonly stop: () => void;
}

/** What was kept of a task, for its documents as they are now. */
function draftFor(
  { version, documents }: ReviewTask,
  { texts, changes, firstPages }: Draft,
): Pick<TaskState, 'texts' | 'queue'> {
  const queue = emptyQueue(version, changes);
  const before = firstPages.map((firstPage, at) => ({ index: at + 1, firstPage }));
  if (before.length === 0 || !haveMoved(before, documents)) return { texts, queue };
  const numberOf = (document: number): number => movedNumber(document, before, documents);
  return {
    texts: movedKeys(texts, before, documents),
    queue: afterEvent(queue, { kind: 'moved', numberOf }),
  };
}

/** `onError` is told every error, such as that the session has ended. */
export function openTaskSession(options: {
  readonly task: ReviewTask;
  readonly api: TaskApi;
  readonly drafts: DraftStore;
  readonly context: TaskContext;
  readonly onError: (error: unknown) => void;
}): TaskSession {
  const { api, drafts, context, onError } = options;
  const draft = draftFor(options.task, readDraft(drafts.read()));
  const listeners = new Set<() => void>();
  let state: TaskState = {
    task: options.task,
    queue: draft.queue,
    holder: options.task.holder?.isMe === true ? options.task.holder : undefined,
    leaseMs: usualLeaseMs,
    texts: draft.texts,
    isAway: false,
    isDeciding: false,
    problem: undefined,
  };
  if (state.task.state !== 'waiting')
    state = { ...state, queue: afterEvent(state.queue, { kind: 'closed' }) };
  let activeAt = context.now();
  let isSending = false;
  let isRenewing = false;
  let isStopped = true;
  let shownAt = context.now();
  let decided: { readonly text: string; readonly decisionId: string } | undefined;

  const become = (change: Partial<TaskState>): void => {
    const before = state.task.documents;
    const after = change.task?.documents ?? before;
    state = { ...state, ...change };
    // What is being typed stays with its document when that gets another number.
    if (haveMoved(before, after)) state = { ...state, texts: movedKeys(state.texts, before, after) };
    const firstPages = state.task.documents.map(({ firstPage }) => firstPage);
    drafts.write(draftText({ texts: state.texts, changes: pendingOf(state.queue), firstPages }));
    for (const listener of listeners) listener();
  };
  const happen = (event: QueueEvent, change: Partial<TaskState> = {}): void => {
    become({ ...change, queue: afterEvent(state.queue, event) });
  };

  /** The task as others have changed it: changes that are not stored were made for its documents as they were. */
  const take = (task: ReviewTask, change: Partial<TaskState> = {}): void => {
    const before = state.task.documents;
    become({ ...change, task });
    if (haveMoved(before, task.documents))
      happen({ kind: 'moved', numberOf: (document) => movedNumber(document, before, task.documents) });
  };

  const reread = async (): Promise<void> => {
    const task = await api.read();
    take(task, { holder: task.holder });
    if (task.state !== 'waiting') happen({ kind: 'closed' });
    else happen({ kind: 'heard', version: task.version });
  };

  /** What a refused or unanswered call means; true: make it again. */
  const note = async (error: unknown): Promise<boolean> => {
    onError(error);
    if (!(error instanceof ApiError) || error.status === 429 || error.status >= 500) {
      become({ isAway: true });
      await context.sleep(againMs);
      return !isStopped;
    }
    become({ isAway: false });
    switch (error.code) {
      case 'VERSION_CONFLICT': {
        // A claim, an assignment or another window has moved the version; the changes are for fields, and stay right.
        await reread();
        return state.task.state === 'waiting';
      }
      case 'LEASE_LOST':
        happen({ kind: 'leaseLost' }, { holder: null });
        await reread();
        return false;
      case 'TASK_CLOSED':
      case 'DECISION_CONFLICT':
      case 'NOT_FOUND':
      case 'ERASED':
        happen({ kind: 'closed' });
        await reread().catch(() => undefined);
        return false;
      case 'CHANGE_REFUSED':
      case 'REQUEST_INVALID': {
        // The call as a whole is too large; no change of it is wrong.
        if (error.status === 413) {
          become({ problem: error });
          return false;
        }
        const { errors = [] } = error.problem ?? {};
        const [first] = errors;
        const at = Number(/^changes\.(\d+)/.exec(first?.path ?? '')?.[1] ?? 0);
        if (state.queue.sent === null) return false;
        happen({ kind: 'refused', at, message: first?.message ?? error.message });
        return true;
      }
      default:
        become({ problem: error });
        return false;
    }
  };

  const send = async (): Promise<void> => {
    // Until it is known who holds the task, changes wait.
    if (isSending || state.holder === undefined) return;
    isSending = true;
    try {
      let goOn = true;
      while (goOn && !isStopped && hasWork(state.queue)) {
        happen({ kind: 'sending', changeId: context.newId() });
        const { sent, version } = state.queue;
        if (sent === null) break;
        try {
          const task = await api.change({ version, ...sent });
          const holder = task.holder ?? state.holder;
          happen({ kind: 'stored', version: task.version }, { task, holder, isAway: false });
        } catch (error) {
          goOn = await note(error).catch((again: unknown) => {
            onError(again);
            become({ isAway: true });
            return false;
          });
        }
      }
    } finally {
      isSending = false;
    }
  };

  const claim = async (): Promise<void> => {
    try {
      const { acquired, holder, version } = await api.claim();
      // Who has just got or renewed the lease has all of it.
      const leaseMs =
        acquired && holder !== null
          ? Math.max(10_000, Date.parse(holder.until) - context.now())
          : state.leaseMs;
      if (!acquired) {
        become({ holder, isAway: false });
        if (pendingOf(state.queue).length > 0) happen({ kind: 'leaseLost' });
        return;
      }
      const isNews = version !== state.queue.version && state.queue.sent === null && !isSending;
      become({ holder, leaseMs, isAway: false });
      if (isNews) take(await api.read());
      happen({ kind: 'claimed', version: isNews ? state.task.version : state.queue.version });
      void send();
    } catch (error) {
      onError(error);
      if (error instanceof ApiError && error.status === 409) await note(error);
      else if (error instanceof ApiError && error.status < 500 && error.status !== 429)
        become({ problem: error });
      else become({ isAway: true });
    }
  };

  const drained = async (): Promise<void> => {
    void send();
    while (hasWork(state.queue) && !isStopped) await context.sleep(20);
  };

  const decideOnce = async (made: Decided): Promise<ReviewDecision | undefined> => {
    await drained();
    if (isStopped) return undefined;
    const { queue } = state;
    if (pendingOf(queue).length > 0) throw new Error('changes are not stored');
    if (queue.refused.length > 0) throw new Error('changes were refused');
    const text = JSON.stringify(made);
    if (decided?.text !== text) decided = { text, decisionId: context.newId() };
    try {
      const answer = await api.decide({ ...made, version: queue.version, decisionId: decided.decisionId });
      drafts.write(null);
      return answer;
    } catch (error) {
      onError(error);
      if (error instanceof ApiError && error.status === 409) await note(error);
      throw error;
    }
  };

  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change: (change) => {
      happen({ kind: 'added', change });
      void send();
    },
    undo: () => {
      happen({ kind: 'undone' });
      void send();
    },
    keepText: (id, text) => {
      become({ texts: withText(state.texts, id, text) });
    },
    claim,
    discard: async () => {
      become({ queue: emptyQueue(state.task.version), texts: {} });
      await reread();
    },
    readRefusals: () => {
      happen({ kind: 'read' });
    },
    noteActivity: () => {
      activeAt = context.now();
    },
    tick: () => {
      if (isStopped) return;
      // Once per tick, so that a gateway that is away is asked again.
      if (hasWork(state.queue)) void send();
      const { holder, leaseMs } = state;
      if (holder?.isMe !== true || isRenewing) return;
      if (!isRenewalDue({ until: Date.parse(holder.until), leaseMs, activeAt }, context.now())) return;
      isRenewing = true;
      void claim().finally(() => {
        isRenewing = false;
      });
    },
    mayDecide: () => !state.isDeciding && isSettled(shownAt, context.now()),
    decide: async (made) => {
      if (state.isDeciding) return undefined;
      become({ isDeciding: true });
      try {
        const answer = await decideOnce(made);
        return isStopped ? undefined : answer;
      } catch (error) {
        if (isStopped) return undefined;
        become({ isDeciding: false });
        throw error;
      }
    },
    start: () => {
      isStopped = false;
      shownAt = context.now();
      void send();
    },
    stop: () => {
      isStopped = true;
    },
  };
}

import { ApiError, type ReviewClaim, type ReviewTask } from '@docfleet/client';
import { readAhead, type Ahead } from '../model/ahead.ts';
import type { DraftStore } from './task-session.ts';

/** What the gateway does with tasks that are claimed ahead. */
export interface AheadApi {
  readonly claimNext: (wish: Wish) => Promise<ReviewTask | undefined>;
  readonly claim: (taskId: string) => Promise<ReviewClaim>;
  readonly read: (taskId: string) => Promise<ReviewTask>;
  readonly release: (taskId: string) => Promise<unknown>;
}

/** Which task is wanted. */
export interface Wish {
  /** The task that is open: another one is wanted. */
  readonly taskId: string;
  /** undefined: any. */
  readonly documentClass: string | undefined;
}

/** The next task of a tab: claimed once, kept in the storage of the tab, and never more than one. */
export interface TasksAhead {
  /** Claims the next task and keeps it; one that is kept and still the person's own is it. */
  readonly prepare: (wish: Wish) => Promise<ReviewTask | undefined>;
  /** The same, for use now: it is no longer kept. */
  readonly take: (wish: Wish) => Promise<ReviewTask | undefined>;
  /** Gives up the task that is kept. A claim that cannot be given up ends by itself. */
  readonly release: () => Promise<void>;
}

/** Calls run one after the other, so that two of them never claim two tasks. Errors of the API are thrown as they are. */
export function openTasksAhead({
  api,
  store,
}: {
  readonly api: AheadApi;
  readonly store: DraftStore;
}): TasksAhead {
  let last: Promise<unknown> = Promise.resolve();
  let known: ReviewTask | undefined;

  const inTurn = <Result>(step: () => Promise<Result>): Promise<Result> => {
    const result = last.then(step);
    last = result.catch(() => undefined);
    return result;
  };
  const forget = (): void => {
    store.write(null);
    known = undefined;
  };
  const release = async (): Promise<void> => {
    const kept = readAhead(store.read());
    if (kept === undefined) return;
    forget();
    await api.release(kept.taskId).catch(() => undefined);
  };
  /** Version of a task after it was claimed again; undefined: it is somebody else's, or waits no more. */
  const claimed = async (taskId: string): Promise<number | undefined> => {
    try {
      const { acquired, version } = await api.claim(taskId);
      return acquired ? version : undefined;
    } catch (error) {
      const isGone = error instanceof ApiError && [404, 409, 410].includes(error.status);
      if (isGone) return undefined;
      throw error;
    }
  };
  const reused = async ({ taskId, documentClass }: Wish): Promise<ReviewTask | undefined> => {
    const kept = readAhead(store.read());
    if (kept === undefined) return undefined;
    if (kept.taskId === taskId) {
      forget();
      return undefined;
    }
    if (kept.documentClass !== (documentClass ?? null)) {
      await release();
      return undefined;
    }
    const version = await claimed(kept.taskId);
    if (version === undefined) {
      forget();
      return undefined;
    }
    if (known?.taskId !== kept.taskId || known.version !== version) known = await api.read(kept.taskId);
    return known;
  };
  const obtain = async (wish: Wish): Promise<ReviewTask | undefined> => {
    const kept = await reused(wish);
    if (kept !== undefined) return kept;
    known = await api.claimNext(wish);
    if (known === undefined) return undefined;
    const ahead: Ahead = { taskId: known.taskId, documentClass: wish.documentClass ?? null };
    store.write(JSON.stringify(ahead));
    return known;
  };
  return {
    prepare: (wish) => inTurn(() => obtain(wish)),
    take: (wish) =>
      inTurn(async () => {
        const task = await obtain(wish);
        forget();
        return task;
      }),
    release: () => inTurn(release),
  };
}

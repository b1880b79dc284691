import type { ReviewTask } from '@docfleet/client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { noteRefusal, useApi } from '../session/api.ts';
import { openTaskSession, type TaskSession, type TaskState } from './task-session.ts';

const tickMs = 1_000;

/** A task that is worked on, and what it looks like now. */
export interface UsedTask {
  readonly session: TaskSession;
  readonly state: TaskState;
}

/** Holds a task as long as the caller is shown; undefined at the very first. */
export function useTaskSession(task: ReviewTask): UsedTask | undefined {
  const { client, credential } = useApi();
  const [session, setSession] = useState<TaskSession>();
  useEffect(() => {
    const { taskId } = task;
    const draftKey = `docfleet.review.${taskId}`;
    const opened = openTaskSession({
      task,
      api: {
        read: () => client.readReviewTask({ taskId }),
        claim: () => client.claimReviewTask({ taskId, body: {} }),
        change: (body) => client.changeReviewTask({ taskId, body }),
        decide: (body) => client.decideReviewTask({ taskId, body }),
      },
      drafts: {
        read: () => sessionStorage.getItem(draftKey),
        write: (text) => {
          if (text === null) sessionStorage.removeItem(draftKey);
          else sessionStorage.setItem(draftKey, text);
        },
      },
      context: {
        now: () => Date.now(),
        newId: () => crypto.randomUUID(),
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      },
      onError: (error) => {
        noteRefusal(error, credential);
      },
    });
    setSession(opened);
    if (task.state === 'waiting') void opened.claim();
    const timer = setInterval(opened.tick, tickMs);
    const note = (): void => {
      opened.noteActivity();
    };
    addEventListener('keydown', note);
    addEventListener('pointerdown', note);
    addEventListener('wheel', note, { passive: true });
    return () => {
      clearInterval(timer);
      removeEventListener('keydown', note);
      removeEventListener('pointerdown', note);
      removeEventListener('wheel', note);
      opened.close();
      setSession(undefined);
    };
    // The task is what the session begins with; later states are its own.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [task.taskId, client, credential]);
  const state = useSyncExternalStore(session?.subscribe ?? never, session?.state ?? nothing);
  return session === undefined || state === undefined ? undefined : { session, state };
}

const never = (): (() => void) => () => undefined;
const nothing = (): undefined => undefined;

import type { ReviewTask } from '@docfleet/client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { noteRefusal, useApi, type Api } from '../session/api.ts';
import { draftPrefix } from '../session/session.ts';
import { openTaskSession, type TaskSession, type TaskState } from './task-session.ts';

const tickMs = 1_000;

/** A task that is worked on, and what it looks like now. */
export interface UsedTask {
  readonly session: TaskSession;
  readonly state: TaskState;
}

/** Holds a task as long as the caller is shown; another task is another caller (`key`). */
export function useTaskSession(task: ReviewTask): UsedTask {
  const { client, credential } = useApi();
  const [session] = useState(() => sessionOf(task, client, credential));
  useEffect(() => {
    session.start();
    if (session.state().task.state === 'waiting') void session.claim();
    const timer = setInterval(session.tick, tickMs);
    const note = (): void => {
      session.noteActivity();
    };
    addEventListener('keydown', note);
    addEventListener('pointerdown', note);
    addEventListener('wheel', note, { passive: true });
    return () => {
      clearInterval(timer);
      removeEventListener('keydown', note);
      removeEventListener('pointerdown', note);
      removeEventListener('wheel', note);
      session.stop();
    };
  }, [session]);
  return { session, state: useSyncExternalStore(session.subscribe, session.state) };
}

function sessionOf(task: ReviewTask, client: Api['client'], credential: string): TaskSession {
  const { taskId } = task;
  const draftKey = draftPrefix + taskId;
  return openTaskSession({
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
}

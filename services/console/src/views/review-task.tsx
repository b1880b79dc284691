import type { ClassFacts, ReviewDecision, ReviewTask } from '@docfleet/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useAddressId, useAddressQuery } from '../address.ts';
import { readReviewSearch } from '../model/review-filter.ts';
import type { ReviewPage } from '../model/review-types.ts';
import { taskPages, useTaskPages } from '../review/task-pages.ts';
import { useTaskSession } from '../review/use-task-session.ts';
import { useTasksAhead } from '../review/use-tasks-ahead.ts';
import { WorkPlace } from '../review/work-place.tsx';
import { useApi } from '../session/api.ts';
import { consolePath } from '../session/provider.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Notice, Problem } from '../ui/feedback.tsx';
import { prefetchPageImage } from './page-image.ts';

/** From so many values left to check on, the next task is got ready. */
const readyFrom = 2;

/** A document that is reviewed, and after it the next one. */
export function ReviewWork(): ReactNode {
  const { t } = useTexts();
  const { client } = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const taskId = useAddressId('taskId');
  const { class: documentClass } = useAddressQuery(readReviewSearch);
  const [done, setDone] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const ahead = useTasksAhead();
  const asked = useRef<string>(undefined);
  /** The task that is open, for answers that come when it may be another one; undefined: the work place was left. */
  const openId = useRef<string | undefined>(taskId);
  /** The task from which the next one is being fetched. */
  const leavingId = useRef<string>(undefined);
  const task = useQuery({
    queryKey: ['review', 'task', taskId],
    queryFn: ({ signal }) => client.readReviewTask({ taskId }, { signal }),
    // What is worked on is kept by its session; an older answer must not take its place.
    staleTime: Infinity,
    gcTime: 0,
  });
  const pages = useQuery({
    queryKey: ['review', 'pages', taskId],
    queryFn: ({ signal }) => client.listReviewPages({ taskId }, { signal }),
    staleTime: Infinity,
  });
  const classes = useQuery({
    queryKey: ['classes'],
    queryFn: ({ signal }) => client.listClasses({ signal }),
    staleTime: 600_000,
  });
  useEffect(() => {
    openId.current = taskId;
  }, [taskId]);
  useEffect(
    () => () => {
      const held = openId.current;
      openId.current = undefined;
      void ahead.release();
      // By the menu or the browser's own way back: the task goes back to the queue as it does by the button.
      const isInQueue = location.pathname === `${consolePath}/review`;
      if (held !== undefined && isInQueue) client.releaseReviewTask({ taskId: held }).catch(() => undefined);
    },
    [ahead, client],
  );
  const prepare = useCallback(
    (left: number): void => {
      if (left > readyFrom || asked.current === taskId) return;
      asked.current = taskId;
      const getReady = async (): Promise<void> => {
        const next = await ahead.prepare({ taskId, documentClass });
        if (next === undefined) return;
        const { taskId: nextId } = next;
        await queries.query({
          queryKey: ['review', 'pages', nextId],
          queryFn: ({ signal }) => client.listReviewPages({ taskId: nextId }, { signal }),
          staleTime: Infinity,
        });
        const first = next.documents[0]?.fields[0]?.provenance.page ?? 1;
        await prefetchPageImage(queries, taskPages(client, nextId), first);
      };
      // It is asked for again when this task is done.
      getReady().catch(() => undefined);
    },
    [ahead, client, documentClass, queries, taskId],
  );
  const goTo = (next: ReviewTask): void => {
    queries.setQueryData(['review', 'task', next.taskId], next);
    const search = documentClass === undefined ? {} : { class: documentClass };
    void navigate({ to: '/review/$taskId', params: { taskId: next.taskId }, search, replace: true });
  };
  /** From a task to the next one, once: what is answered for a task that is no longer open changes nothing. */
  const goOn = async (from: string, said: string): Promise<void> => {
    if (openId.current !== from || leavingId.current === from) return;
    leavingId.current = from;
    setDone(said);
    setFailure(undefined);
    void queries.invalidateQueries({ queryKey: ['review', 'tasks'] });
    try {
      const next = await ahead.take({ taskId: from, documentClass });
      if (openId.current !== from) {
        if (next !== undefined) await client.releaseReviewTask({ taskId: next.taskId });
      } else if (next === undefined) {
        openId.current = undefined;
        void navigate({ to: '/review', search: { said: 'none' } });
      } else goTo(next);
    } catch (error) {
      leavingId.current = undefined;
      throw error;
    }
  };
  const leave = async (): Promise<void> => {
    openId.current = undefined;
    // Who goes gives back what is not needed; a lease that cannot be given back ends by itself.
    await Promise.allSettled([ahead.release(), client.releaseReviewTask({ taskId })]);
    void queries.invalidateQueries({ queryKey: ['review', 'tasks'] });
    void navigate({ to: '/review', search: {} });
  };
  return (
    <Answered query={task}>
      {(data) => (
        <Answered query={pages}>
          {({ pages: known }) => (
            <Answered query={classes}>
              {(facts) => (
                <OpenTask
                  key={data.taskId}
                  task={data}
                  pages={known}
                  classes={facts.classes}
                  notice={
                    failure === undefined ? (
                      done !== '' && <Notice>{done}</Notice>
                    ) : (
                      <Problem error={failure} onRetry={() => void goOn(taskId, done).catch(setFailure)} />
                    )
                  }
                  onLeft={prepare}
                  onDecided={({ state, decision }) => {
                    const said = state === 'waiting' ? t.review.waitsForSecond : t.review.done[decision];
                    goOn(data.taskId, said).catch(setFailure);
                  }}
                  onSkip={async (reason) => {
                    await client.skipReviewTask({ taskId: data.taskId, body: { reason } });
                    await goOn(data.taskId, '');
                  }}
                  onNext={() => {
                    goOn(data.taskId, '').catch(setFailure);
                  }}
                  onLeave={() => void leave()}
                />
              )}
            </Answered>
          )}
        </Answered>
      )}
    </Answered>
  );
}

function OpenTask(props: {
  readonly task: ReviewTask;
  readonly pages: readonly ReviewPage[];
  readonly classes: readonly ClassFacts[];
  readonly notice: ReactNode;
  readonly onLeft: (count: number) => void;
  readonly onDecided: (decided: ReviewDecision) => void;
  readonly onSkip: (reason: string) => Promise<unknown>;
  readonly onNext: () => void;
  readonly onLeave: () => void;
}) {
  const { task, ...others } = props;
  const source = useTaskPages(task.taskId);
  const used = useTaskSession(task);
  useEffect(() => {
    scrollTo(0, 0);
  }, []);
  return <WorkPlace {...others} used={used} source={source} />;
}

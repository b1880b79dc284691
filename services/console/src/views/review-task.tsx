import type { ClassFacts, ReviewDecision, ReviewTask } from '@docfleet/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useAddressId, useAddressQuery } from '../address.ts';
import { readReviewSearch } from '../model/review-filter.ts';
import type { ReviewPage } from '../model/review-types.ts';
import { taskPages, useTaskPages } from '../review/task-pages.ts';
import { useTaskSession } from '../review/use-task-session.ts';
import { WorkPlace } from '../review/work-place.tsx';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Notice, Problem } from '../ui/feedback.tsx';
import { prefetchPageImage } from './page-image.ts';

/** From so many values left to check on, the next task is got ready. */
const readyFrom = 2;

/** A task that was claimed ahead is used within this time; later it may be somebody else's. In milliseconds. */
const freshMs = 200_000;

/** A task that was claimed ahead, and when. */
interface Ahead {
  readonly task: ReviewTask;
  readonly at: number;
}

/** The task that was claimed ahead, while the claim is surely valid. */
function freshOf(ahead: Ahead | undefined): ReviewTask | undefined {
  return ahead !== undefined && Date.now() - ahead.at < freshMs ? ahead.task : undefined;
}

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
  const [ahead, setAhead] = useState<Ahead>();
  const asked = useRef<string>(undefined);
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
  const claimNext = useCallback(
    () => client.claimNextReviewTask({ body: { skip: [taskId], class: documentClass } }),
    [client, taskId, documentClass],
  );
  const prepare = useCallback(
    (left: number): void => {
      if (left > readyFrom || asked.current === taskId) return;
      asked.current = taskId;
      const getReady = async (): Promise<void> => {
        const next = await claimNext();
        if (next === undefined) return;
        const { taskId: nextId } = next;
        setAhead({ task: next, at: Date.now() });
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
    [client, claimNext, queries, taskId],
  );
  const goTo = (next: ReviewTask): void => {
    queries.setQueryData(['review', 'task', next.taskId], next);
    setAhead(undefined);
    const search = documentClass === undefined ? {} : { class: documentClass };
    void navigate({ to: '/review/$taskId', params: { taskId: next.taskId }, search, replace: true });
  };
  const goOn = async (said: string): Promise<void> => {
    setDone(said);
    setFailure(undefined);
    void queries.invalidateQueries({ queryKey: ['review', 'tasks'] });
    const next = freshOf(ahead) ?? (await claimNext());
    if (next === undefined) void navigate({ to: '/review', search: { said: 'none' } });
    else goTo(next);
  };
  const leave = async (): Promise<void> => {
    // Who goes gives back what is not needed; a lease that cannot be given back ends by itself.
    const held = [taskId, ...(ahead === undefined ? [] : [ahead.task.taskId])];
    await Promise.allSettled(held.map((id) => client.releaseReviewTask({ taskId: id })));
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
                      <Problem error={failure} onRetry={() => void goOn(done).catch(setFailure)} />
                    )
                  }
                  onLeft={prepare}
                  onDecided={({ state, decision }) => {
                    const said = state === 'waiting' ? t.review.waitsForSecond : t.review.done[decision];
                    goOn(said).catch(setFailure);
                  }}
                  onSkip={async (reason) => {
                    await client.skipReviewTask({ taskId, body: { reason } });
                    await goOn('');
                  }}
                  onNext={() => {
                    goOn('').catch(setFailure);
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

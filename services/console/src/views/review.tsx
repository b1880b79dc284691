import type { ReviewTaskPage, ReviewTaskSummary } from '@docfleet/client';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useAddressQuery } from '../address.ts';
import { lanes } from '../model/filters.ts';
import { wordsOf } from '../model/format.ts';
import { readReviewSearch, taskStates, type ReviewSearch } from '../model/review-filter.ts';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Confirmation, Details } from '../ui/dialog.tsx';
import { Notice, Problem } from '../ui/feedback.tsx';
import { useNow } from '../ui/now.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { Paged } from '../ui/paged.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { TextControl } from '../ui/text-control.tsx';
import { ReviewPolicy } from './review-policy.tsx';

const everyMs = 5_000;

/** A waiting time, in milliseconds: fractions of a second would only flicker. */
function wholeSeconds(ms: number): number {
  return 1_000 * Math.max(0, Math.round(ms / 1_000));
}

/** What waits for a person, in the order in which it is given out. */
export function Review(): ReactNode {
  const { t } = useTexts();
  const { client, me, may } = useApi();
  const search = useAddressQuery(readReviewSearch);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [failure, setFailure] = useState<unknown>();
  const [said, setSaid] = useState('');
  const [isPolicyOpen, setPolicyOpen] = useState(false);
  const filter = (next: ReviewSearch): void => {
    setSaid('');
    void navigate({ to: '/review', search: next, replace: true });
  };
  const start = async (): Promise<void> => {
    setFailure(undefined);
    const next = await client.claimNextReviewTask({ body: { class: search.class } });
    if (next === undefined) {
      setSaid(t.review.noneLeft);
      return;
    }
    queries.setQueryData(['review', 'task', next.taskId], next);
    const kept = search.class === undefined ? {} : { class: search.class };
    void navigate({ to: '/review/$taskId', params: { taskId: next.taskId }, search: kept });
  };
  const { said: why, ...query } = search;
  return (
    <div className="full">
      <PageHeader title={t.review.title}>
        <Button look="primary" autoFocus onPress={() => void start().catch(setFailure)}>
          {t.review.start}
        </Button>
        <span className="hint">{t.review.startHint}</span>
        {me.tenantId !== null && may('setReviewPolicy') && (
          <Button
            look="quiet"
            onPress={() => {
              setPolicyOpen(true);
            }}
          >
            {t.policy.open}
          </Button>
        )}
      </PageHeader>
      {(said !== '' || why === 'none') && <Notice>{said === '' ? t.review.noneLeft : said}</Notice>}
      {failure !== undefined && <Problem error={failure} />}
      <Paged
        queryKey={['review', 'tasks', query]}
        read={(cursor, signal) =>
          client.listReviewTasks(
            {
              state: query.state ?? 'waiting',
              class: query.class,
              lane: query.lane,
              ...(query.mine === true ? { mine: 'true' as const } : {}),
              cursor,
            },
            { signal },
          )
        }
        rowsOf={(page) => [page]}
        everyMs={everyMs}
      >
        {(found) => <Queue pages={found} search={query} onFilter={filter} />}
      </Paged>
      {isPolicyOpen && me.tenantId !== null && (
        <Details
          title={t.policy.title}
          onClose={() => {
            setPolicyOpen(false);
          }}
        >
          <ReviewPolicy tenantId={me.tenantId} />
        </Details>
      )}
    </div>
  );
}

function Queue(props: {
  readonly pages: readonly ReviewTaskPage[];
  readonly search: ReviewSearch;
  readonly onFilter: (search: ReviewSearch) => void;
}) {
  const { t, format } = useTexts();
  const { pages, search, onFilter } = props;
  const counts = pages[0]?.counts ?? [];
  const tasks = pages.flatMap((page) => page.tasks);
  const isFiltered = Object.keys(search).length > 0;
  const now = useNow(everyMs);
  const without = (name: keyof ReviewSearch): ReviewSearch =>
    readReviewSearch({ ...search, [name]: undefined });
  return (
    <>
      {counts.length > 0 && (
        <ul className="counts" aria-label={t.review.documentClass}>
          {counts.map(({ documentClass, waiting, held, oldest }) => (
            <li key={documentClass}>
              <Button
                aria-pressed={search.class === documentClass}
                onPress={() => {
                  onFilter(
                    search.class === documentClass ? without('class') : { ...search, class: documentClass },
                  );
                }}
              >
                <strong>{wordsOf(documentClass)}</strong>
                <span>{t.review.countOf(format.number(waiting), format.number(held))}</span>
                <span className="hint">
                  {t.review.oldest(format.duration(wholeSeconds(now - Date.parse(oldest))))}
                </span>
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="filters">
        <Choice
          label={t.review.documentClass}
          value={search.class ?? ''}
          options={[
            { value: '', text: t.review.allClasses },
            ...[
              ...new Set([
                ...counts.map((each) => each.documentClass),
                ...(search.class === undefined ? [] : [search.class]),
              ]),
            ].map((value) => ({ value, text: wordsOf(value) })),
          ]}
          onChange={(value) => {
            onFilter(value === '' ? without('class') : { ...search, class: value });
          }}
        />
        <Choice
          label={t.documents.lane}
          value={search.lane ?? ''}
          options={[{ value: '', text: t.all }, ...lanes.map((value) => ({ value, text: t.lane[value] }))]}
          onChange={(value) => {
            onFilter(value === '' ? without('lane') : { ...search, lane: value });
          }}
        />
        <Choice
          label={t.review.state}
          value={search.state ?? 'waiting'}
          options={taskStates.map((value) => ({ value, text: t.review.states[value] }))}
          onChange={(value) => {
            onFilter(value === 'waiting' ? without('state') : { ...search, state: value });
          }}
        />
        <Choice
          label={t.review.holder}
          value={search.mine === true ? 'mine' : 'all'}
          options={[
            { value: 'all', text: t.all },
            { value: 'mine', text: t.review.mine },
          ]}
          onChange={(value) => {
            onFilter(value === 'all' ? without('mine') : { ...search, mine: true });
          }}
        />
      </div>
      <Tasks tasks={tasks} search={search} empty={isFiltered ? t.review.noneOfFilter : t.review.none} />
    </>
  );
}

function Tasks(props: {
  readonly tasks: readonly ReviewTaskSummary[];
  readonly search: ReviewSearch;
  readonly empty: string;
}) {
  const { t, format } = useTexts();
  const { may } = useApi();
  const now = useNow(everyMs);
  const { tasks, search, empty } = props;
  const nameOf = (task: ReviewTaskSummary): string => task.fileName ?? wordsOf(task.documentClass);
  const kept = search.class === undefined ? {} : { class: search.class };
  const columns: readonly Column<ReviewTaskSummary>[] = [
    {
      id: 'name',
      header: t.review.document,
      cell: (task) => (
        <Link to="/review/$taskId" params={{ taskId: task.taskId }} search={kept}>
          {nameOf(task)}
        </Link>
      ),
    },
    { id: 'class', header: t.review.documentClass, cell: (task) => wordsOf(task.documentClass) },
    { id: 'lane', header: t.documents.lane, kind: 'wide', cell: ({ lane }) => t.lane[lane] },
    {
      id: 'age',
      header: t.review.waits,
      kind: 'number',
      cell: ({ createdAt }) => format.duration(wholeSeconds(now - Date.parse(createdAt))),
    },
    {
      id: 'doubt',
      header: t.review.doubt,
      kind: 'number',
      cell: ({ doubt }) => format.percent(doubt),
    },
    {
      id: 'why',
      header: t.review.why,
      kind: 'wide',
      cell: ({ reasons }) => reasons.map(wordsOf).join(', '),
    },
    {
      id: 'holder',
      header: t.review.holder,
      cell: ({ holder, state, decision }) => {
        if (state === 'decided' && decision !== null)
          return <Badge tone="good" text={t.review.decisions[decision]} />;
        if (state !== 'waiting') return <Badge tone="idle" text={t.review.states[state]} />;
        if (holder === null) return <span className="hint">{t.review.nobody}</span>;
        const who = holder.isMe ? t.review.you : (holder.name ?? holder.id);
        return <Badge tone="busy" text={t.review.holderOf(who, format.clock(holder.until))} />;
      },
    },
  ];
  const actions: Column<ReviewTaskSummary> = {
    id: 'actions',
    header: t.actions,
    kind: 'wide',
    cell: (task) => task.state === 'waiting' && <Manage task={task} name={nameOf(task)} />,
  };
  return (
    <div className="queue">
      <Table
        caption={t.review.title}
        rows={tasks}
        keyOf={({ taskId }) => taskId}
        empty={empty}
        columns={may('manageReview') ? [...columns, actions] : columns}
      />
    </div>
  );
}

/** Gives a task to somebody, or takes it from who holds it. */
function Manage({ task, name }: { readonly task: ReviewTaskSummary; readonly name: string }) {
  const { t } = useTexts();
  const { client } = useApi();
  const queries = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const [to, setTo] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const { taskId, holder } = task;
  const refresh = () => queries.invalidateQueries({ queryKey: ['review', 'tasks'] });
  return (
    <span className="inline">
      {holder !== null && (
        <Button
          aria-label={t.review.releaseOf(name)}
          onPress={() => {
            client.releaseReviewTask({ taskId }).then(refresh, setFailure);
          }}
        >
          {t.review.release}
        </Button>
      )}
      <Button
        aria-label={t.review.assignOf(name)}
        onPress={() => {
          setAsked(true);
        }}
      >
        {t.review.assign}
      </Button>
      {failure !== undefined && <Problem error={failure} />}
      {isAsked && (
        <Confirmation
          title={t.review.assignOf(name)}
          yes={t.review.assign}
          onConfirm={async () => {
            await client.assignReviewTask({ taskId, body: { to: to.trim() } });
            await refresh();
          }}
          onClose={() => {
            setAsked(false);
          }}
        >
          <TextControl
            label={t.review.assignTo}
            hint={t.review.assignHint}
            value={to}
            onChange={setTo}
            isRequired
            autoFocus
          />
        </Confirmation>
      )}
    </span>
  );
}

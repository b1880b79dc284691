import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { SearchField } from 'react-aria-components/SearchField';
import {
  ages,
  isFound,
  isRunId,
  lanes,
  readJobFilter,
  sinceOf,
  statuses,
  withFilter,
  type JobFilter,
} from '../model/filters.ts';
import { useAddressQuery } from '../address.ts';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Empty } from '../ui/feedback.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { TextControl } from '../ui/text-control.tsx';
import { DocumentTable } from './document-table.tsx';
import { SavedViews } from './saved-views.tsx';

const pageSize = 100;

/** Interval at which the first page is read again, in milliseconds. Further pages stay as they were read. */
const everyMs = 5_000;

/** All documents that the caller may see. */
export function Documents(): ReactNode {
  const { t } = useTexts();
  const { client } = useApi();
  const filter = useAddressQuery(readJobFilter);
  const navigate = useNavigate();
  const searchRef = useRef<HTMLInputElement>(null);
  const { status, lane, age, tenant, find = '' } = filter;
  const jobs = useInfiniteQuery({
    queryKey: ['jobs', 'list', { status, lane, age, tenant }],
    queryFn: ({ pageParam, signal }) =>
      client.listJobs(
        {
          limit: pageSize,
          ...{ status, lane, tenant, cursor: pageParam },
          since: age === undefined ? undefined : sinceOf(age, Date.now()),
        },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : everyMs),
  });
  useFindKey(searchRef);
  const loaded = jobs.data?.pages.flatMap((page) => page.jobs) ?? [];
  const shown = find === '' ? loaded : loaded.filter((job) => isFound(job, find));
  const setFilter = (next: JobFilter): void => {
    void navigate({ to: '/documents', search: next, replace: true });
  };
  const openRun = (runId: string): void => {
    void navigate({ to: '/documents/$runId', params: { runId } });
  };
  return (
    <div className="full">
      <PageHeader title={t.documents.title}>
        <SavedViews filter={filter} onChoose={setFilter} />
      </PageHeader>
      <Filters filter={filter} onChange={setFilter} onRunId={openRun} searchRef={searchRef} />
      <Answered query={jobs}>
        {() =>
          shown.length === 0 ? (
            <Empty>{t.documents.noMatch}</Empty>
          ) : (
            <DocumentTable jobs={shown} onEnd={() => void jobs.fetchNextPage()} hasMore={jobs.hasNextPage} />
          )
        }
      </Answered>
      <p className="hint" role="status">
        {jobs.data !== undefined && `${t.documents.shown(shown.length, !jobs.hasNextPage)} · `}
        {t.documents.keys}
      </p>
      {jobs.hasNextPage && (
        <Button isDisabled={jobs.isFetchingNextPage} onPress={() => void jobs.fetchNextPage()}>
          {t.more}
        </Button>
      )}
    </div>
  );
}

function Filters(props: {
  readonly filter: JobFilter;
  readonly onChange: (filter: JobFilter) => void;
  readonly onRunId: (runId: string) => void;
  readonly searchRef: RefObject<HTMLInputElement | null>;
}) {
  const { t } = useTexts();
  const { me } = useApi();
  const { filter, onChange, onRunId, searchRef } = props;
  const [tenant, setTenant] = useState(filter.tenant ?? '');
  const ageTexts = { hour: t.documents.lastHour, day: t.documents.lastDay, week: t.documents.lastWeek };
  /** The filter with another value; no value removes it. */
  const changed = <Name extends keyof JobFilter>(name: Name, value: JobFilter[Name] | ''): void => {
    onChange(withFilter(filter, name, value));
  };
  return (
    <div className="filters">
      <SearchField
        className="control search"
        value={filter.find ?? ''}
        onChange={(text) => {
          changed('find', text);
        }}
        onSubmit={(text) => {
          if (isRunId(text)) onRunId(text.trim().toLowerCase());
        }}
      >
        <Label>{t.documents.search}</Label>
        <Input ref={searchRef} title={t.documents.searchHint} />
      </SearchField>
      <Choice
        label={t.documents.status}
        value={filter.status ?? ''}
        options={[{ value: '', text: t.all }, ...statuses.map((value) => ({ value, text: t.status[value] }))]}
        onChange={(value) => {
          changed('status', value);
        }}
      />
      <Choice
        label={t.documents.lane}
        value={filter.lane ?? ''}
        options={[{ value: '', text: t.all }, ...lanes.map((value) => ({ value, text: t.lane[value] }))]}
        onChange={(value) => {
          changed('lane', value);
        }}
      />
      <Choice
        label={t.documents.since}
        value={filter.age ?? ''}
        options={[
          { value: '', text: t.documents.anyTime },
          ...ages.map((value) => ({ value, text: ageTexts[value] })),
        ]}
        onChange={(value) => {
          changed('age', value);
        }}
      />
      {me.tenantId === null && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            changed('tenant', tenant.trim());
          }}
        >
          <TextControl label={t.documents.tenant} value={tenant} onChange={setTenant} />
        </form>
      )}
    </div>
  );
}

/** `/` goes to the search, unless somebody is typing. */
function useFindKey(searchRef: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      if (event.key !== '/' || isTyping) return;
      event.preventDefault();
      searchRef.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', onKey);
    };
  }, [searchRef]);
}

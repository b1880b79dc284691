import { hasEnded, type Job } from '@docfleet/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ComponentProps, type ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { nameOf, readDocumentSearch } from '../model/filters.ts';
import { pageIn, placedFields, type PlacedField } from '../model/placed-fields.ts';
import { useAddressId, useAddressQuery } from '../address.ts';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { AskedButton } from '../ui/asked-button.tsx';
import { StatusBadge, VerdictBadge } from '../ui/badge.tsx';
import { Copyable } from '../ui/copyable.tsx';
import { Empty } from '../ui/feedback.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Stages } from '../ui/stages.tsx';
import { FieldList } from './field-list.tsx';
import { Files } from './files.tsx';
import { useJobEvents } from './job-events.ts';
import { Life } from './life.tsx';
import { usePageImage, useRunPages, type PageSource } from './page-image.ts';
import { PageViewer } from './page-viewer.tsx';
import { Thumbnails } from './thumbnails.tsx';

/** Interval at which a document in progress is read, beside its events, in milliseconds. */
const everyMs = 5_000;

/** One document: its pages, what was found, and what happened to it. */
export function Document(): ReactNode {
  const { client } = useApi();
  const runId = useAddressId('runId');
  const job = useQuery({
    queryKey: ['job', runId],
    queryFn: ({ signal }) => client.readJob({ runId }, { signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && hasEnded(state.data) ? false : everyMs),
  });
  return <Answered query={job}>{(data) => <Opened key={runId} job={data} />}</Answered>;
}

function Opened({ job }: { readonly job: Job }) {
  const { t } = useTexts();
  const { may, me } = useApi();
  const { events, pages } = useJobEvents(job.runId);
  const name = nameOf(job) ?? t.documents.unnamed;
  const isOpen = !hasEnded(job);
  const hasContent = me.tenantId !== null;
  return (
    <div className="full">
      <PageHeader title={name}>
        <StatusBadge status={job.status} />
        {job.verdict !== null && <VerdictBadge verdict={job.verdict} />}
        <Stages job={job} />
        {isOpen && pages !== undefined && (
          <span className="hint">{t.progress.pages(pages.pagesDone, pages.pageCount)}</span>
        )}
        {job.links.cancel !== null && may('cancel') && <CancelJob runId={job.runId} />}
        {job.links.artifacts !== null && may('submit') && may('readEvidence') && <ProcessAgain job={job} />}
      </PageHeader>
      {job.failure !== null && (
        <p className="problem">
          <strong>{t.document.failure}:</strong> {job.failure.message} ({job.failure.code})
        </p>
      )}
      {job.status === 'in_review' && (
        <p className="notice">
          {t.document.inReview}{' '}
          {may('review') && (
            <Link to="/review/of/$runId" params={{ runId: job.runId }}>
              {t.document.toReview}
            </Link>
          )}
        </p>
      )}
      {hasContent ? (
        <Content job={job} life={<Life job={job} events={events} />} />
      ) : (
        <>
          <Facts job={job} />
          <Life job={job} events={events} />
        </>
      )}
    </div>
  );
}

/** Pages to the left, what was found to the right; each shows where the other is. */
function Content({ job, life }: { readonly job: Job; readonly life: ReactNode }) {
  const { t } = useTexts();
  const { may } = useApi();
  const search = useAddressQuery(readDocumentSearch);
  const navigate = useNavigate();
  const [hovered, setHovered] = useState<string>();
  const [tab, setTab] = useState<string>('fields');
  const { runId, pageCount } = job;
  const source = useRunPages(runId);
  const fields = placedFields(job);
  const page = pageIn(pageCount, search.page ?? 1);
  const activeId = hovered ?? search.field;
  const go = (next: { readonly page: number; readonly field?: string }): void => {
    const { page: to, field } = next;
    const place = { ...(to === 1 ? {} : { page: to }), ...(field === undefined ? {} : { field }) };
    void navigate({ to: '/documents/$runId', params: { runId }, search: place, replace: true });
  };
  const choose = (field: PlacedField): void => {
    go({ page: field.page, field: field.id });
  };
  const hasPages = pageCount > 0 && job.links.artifacts !== null && may('readEvidence');
  return (
    <div className={hasPages && pageCount > 1 ? 'document with-thumbnails' : 'document'}>
      {hasPages && pageCount > 1 && (
        <Thumbnails
          source={source}
          pageCount={pageCount}
          page={page}
          onPage={(to) => {
            go({ page: to });
          }}
        />
      )}
      {hasPages ? (
        <RunPages
          source={source}
          page={page}
          pageCount={pageCount}
          fields={fields.filter((field) => field.page === page)}
          activeId={activeId}
          onActive={setHovered}
          onPage={(to) => {
            go({ page: to });
          }}
          onChoose={(id) => {
            setTab('fields');
            go({ page, field: id });
          }}
        />
      ) : (
        <Empty>{may('readEvidence') ? t.document.noPages : t.document.cannotSee}</Empty>
      )}
      <Tabs
        className="tabs"
        selectedKey={tab}
        onSelectionChange={(key) => {
          setTab(String(key));
        }}
      >
        <TabList aria-label={t.documents.name}>
          <Tab id="fields">{t.document.fields}</Tab>
          <Tab id="life">{t.document.life}</Tab>
          <Tab id="files">{t.document.files}</Tab>
        </TabList>
        <TabPanel id="fields">
          <FieldList job={job} activeId={activeId} onActive={setHovered} onChoose={choose} />
        </TabPanel>
        <TabPanel id="life">
          <Facts job={job} />
          {life}
        </TabPanel>
        <TabPanel id="files">
          <Files job={job} />
        </TabPanel>
      </Tabs>
    </div>
  );
}

function RunPages({
  source,
  ...props
}: Omit<ComponentProps<typeof PageViewer>, 'image'> & { readonly source: PageSource }) {
  return <PageViewer {...props} image={usePageImage(source, props.page)} />;
}

function Facts({ job }: { readonly job: Job }) {
  const { t, format } = useTexts();
  const { runId, requestId, documentId, lane, revision, engines, queue, createdAt, endedAt, pageCount } = job;
  const eta = queue?.etaSeconds ?? null;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t.document.runId, <Copyable key="run" text={runId} label={t.document.runId} />],
    [t.document.requestId, requestId],
    [t.document.documentId, documentId],
    [t.documents.tenant, job.tenantId],
    [t.documents.lane, t.lane[lane]],
    [t.documents.submitted, format.exactTime(createdAt)],
    [t.document.ended, endedAt === null ? null : format.exactTime(endedAt)],
    [
      t.documents.took,
      endedAt === null ? null : format.duration(Date.parse(endedAt) - Date.parse(createdAt)),
    ],
    [t.documents.pages, pageCount === 0 ? null : format.number(pageCount)],
    [t.document.revision, revision === 1 ? null : format.number(revision)],
    [t.document.engines, engines.length === 0 ? null : engines.join(', ')],
    [
      t.progress.position(queue?.position ?? 0),
      eta === null ? null : t.progress.eta(format.duration(eta * 1_000)),
    ],
  ];
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name} className={name === t.document.runId ? 'whole' : undefined}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** Sends the original as a new document: what has ended stays as it was. */
function ProcessAgain({ job }: { readonly job: Job }) {
  const { t } = useTexts();
  const { client } = useApi();
  const navigate = useNavigate();
  const { runId, fileName, lane } = job;
  return (
    <AskedButton
      label={t.document.again}
      title={t.document.againTitle}
      text={t.document.againText}
      yes={t.document.again}
      onConfirm={async () => {
        const original = await client.readArtifact({ runId, name: 'original' });
        const content = await original.blob();
        const started = await client.submitFile({ content, name: fileName ?? 'original' }, { lane });
        await navigate({ to: '/documents/$runId', params: { runId: started.runId } });
      }}
    />
  );
}

function CancelJob({ runId }: { readonly runId: string }) {
  const { t } = useTexts();
  const { client } = useApi();
  const queries = useQueryClient();
  return (
    <AskedButton
      label={t.document.cancel}
      title={t.document.cancelTitle}
      text={t.document.cancelText}
      yes={t.document.cancelYes}
      no={t.document.keep}
      isDanger
      onConfirm={async () => {
        await client.cancelJob({ runId });
        await queries.invalidateQueries({ queryKey: ['job', runId] });
      }}
    />
  );
}

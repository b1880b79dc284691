import { hasEnded, type Capacity, type JobSummary } from '@docfleet/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { ProgressBar } from 'react-aria-components/ProgressBar';
import { nameOf } from '../model/filters.ts';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge, StatusBadge, VerdictBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Empty, useProblemText } from '../ui/feedback.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Stages } from '../ui/stages.tsx';
import { forgetUploads, sendAgain, sendFiles, useUploads, type Upload } from '../uploads/uploads.ts';
import { useJobEvents } from './job-events.ts';

/** Interval at which the figures of the fleet are read, in milliseconds. */
const everyMs = 5_000;

/** Documents whose events are followed at the same time: a browser opens six connections to a host. */
const followed = 2;

/** Sends documents and shows them on their way. */
export function Home(): ReactNode {
  const { t } = useTexts();
  const { may } = useApi();
  return (
    <>
      <PageHeader title={t.home.title} />
      <div className="columns">
        <div>
          {may('submit') && <Sending />}
          <Recent />
        </div>
        {may('readUsage') && <Now />}
      </div>
    </>
  );
}

function Sending() {
  const { t } = useTexts();
  const { credential } = useApi();
  const uploads = useUploads();
  const ended = uploads.filter(({ state }) => state === 'accepted').map(({ id }) => id);
  return (
    <section aria-labelledby="sending">
      <h2 id="sending" className="hidden">
        {t.home.choose}
      </h2>
      <div className="drop-zone">
        <p>{t.home.drop}</p>
        <FileTrigger
          allowsMultiple
          onSelect={(files) => {
            sendFiles([...(files ?? [])], credential);
          }}
        >
          <Button look="primary">{t.home.choose}</Button>
        </FileTrigger>
        <p className="hint">{t.home.formats}</p>
      </div>
      {uploads.length > 0 && (
        <>
          <div className="section-header">
            <h2>{t.home.uploads}</h2>
            {ended.length > 0 && (
              <Button
                look="quiet"
                onPress={() => {
                  forgetUploads(ended);
                }}
              >
                {t.home.clear}
              </Button>
            )}
          </div>
          <ul className="rows">
            {uploads.map((upload, index) => (
              <li key={upload.id}>
                {upload.job === undefined ? (
                  <Waiting upload={upload} />
                ) : (
                  <OnItsWay runId={upload.job.runId} name={upload.file.name} isFollowed={index < followed} />
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** A file that is not a document yet. */
function Waiting({ upload }: { readonly upload: Upload }) {
  const { t, format } = useTexts();
  const { credential } = useApi();
  const problemText = useProblemText();
  const { id, file, state, sentBytes, error } = upload;
  if (state === 'refused') {
    return (
      <>
        <span className="row-name">{file.name}</span>
        <Badge tone="bad" text={t.home.refused} />
        <span className="row-text">{problemText(error)}</span>
        <Button
          look="quiet"
          onPress={() => {
            sendAgain(id, credential);
          }}
        >
          {t.home.sendAgain}
        </Button>
      </>
    );
  }
  const text =
    state === 'waiting' ? t.home.waiting : t.home.sending(format.bytes(sentBytes), format.bytes(file.size));
  return (
    <>
      <span className="row-name">{file.name}</span>
      <ProgressBar
        aria-label={`${file.name}: ${text}`}
        value={sentBytes}
        maxValue={Math.max(1, file.size)}
        className="bar"
      >
        {({ percentage }) => (
          <svg className="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
            <rect className="bar-room" width="100" height="6" />
            <rect className="bar-done" width={percentage ?? 0} height="6" />
          </svg>
        )}
      </ProgressBar>
      <span className="row-text">{text}</span>
    </>
  );
}

/** A document that was sent from here. */
function OnItsWay(props: { readonly runId: string; readonly name: string; readonly isFollowed: boolean }) {
  const { t, format } = useTexts();
  const { client } = useApi();
  const { runId, name, isFollowed } = props;
  const job = useQuery({
    queryKey: ['job', runId],
    queryFn: ({ signal }) => client.readJob({ runId }, { signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && hasEnded(state.data) ? false : 2_000),
  });
  const isOpen = job.data === undefined || !hasEnded(job.data);
  const { pages } = useJobEvents(runId, isFollowed && isOpen);
  const { data } = job;
  const eta = data?.queue?.etaSeconds ?? null;
  return (
    <>
      <Link className="row-name" to="/documents/$runId" params={{ runId }}>
        {name}
      </Link>
      {data !== undefined && (
        <>
          <StatusBadge status={data.status} />
          {data.verdict !== null && <VerdictBadge verdict={data.verdict} />}
          <Stages job={data} />
          <span className="row-text">
            {isOpen && pages !== undefined && t.progress.pages(pages.pagesDone, pages.pageCount)}
            {isOpen && eta !== null && ` ${t.progress.eta(format.duration(eta * 1_000))}`}
          </span>
        </>
      )}
    </>
  );
}

/** What the fleet can do for the tenant now. */
function Now() {
  const { t } = useTexts();
  const { client } = useApi();
  const capacity = useQuery({
    queryKey: ['capacity'],
    queryFn: ({ signal }) => client.getCapacity({ signal }),
    refetchInterval: everyMs,
  });
  return (
    <section aria-labelledby="now" className="card">
      <h2 id="now">{t.home.now}</h2>
      <Answered query={capacity}>{(data) => <Figures capacity={data} />}</Answered>
    </section>
  );
}

function Figures({ capacity }: { readonly capacity: Capacity }) {
  const { t, format } = useTexts();
  const { level } = capacity;
  return (
    <dl className="facts">
      <dt>{t.home.level}</dt>
      <dd>
        <Badge tone={level === 'L0' ? 'good' : 'warn'} text={`${level}, ${t.levels[level] ?? level}`} />
      </dd>
      <dt>{t.home.acceptsNow}</dt>
      <dd>{format.number(capacity.documentsNow)}</dd>
      <dt>{t.home.perSecond}</dt>
      <dd>{format.number(capacity.perSecond)}</dd>
      <dt>{t.home.inFlight}</dt>
      <dd>{format.number(capacity.inFlight)}</dd>
      <dt>{t.home.backlog}</dt>
      <dd>
        {(['urgent', 'high', 'normal'] as const).map((lane) => (
          <span key={lane} className="pair">
            {t.lane[lane]} {format.duration(capacity.backlogSeconds[lane] * 1_000)}
          </span>
        ))}
      </dd>
    </dl>
  );
}

/** The latest documents of the tenant, whoever sent them. */
function Recent() {
  const { t, format } = useTexts();
  const { client } = useApi();
  const jobs = useQuery({
    queryKey: ['jobs', 'recent'],
    queryFn: ({ signal }) => client.listJobs({ limit: 8 }, { signal }),
    refetchInterval: everyMs,
  });
  const row = (job: JobSummary) => (
    <li key={job.runId}>
      <Link className="row-name" to="/documents/$runId" params={{ runId: job.runId }}>
        {nameOf(job) ?? t.documents.unnamed}
      </Link>
      <span>
        <StatusBadge status={job.status} />
      </span>
      <span>{job.verdict !== null && <VerdictBadge verdict={job.verdict} />}</span>
      <span>{job.endedAt === null && <Stages job={job} />}</span>
      <span className="row-text">{format.time(job.createdAt)}</span>
    </li>
  );
  return (
    <section aria-labelledby="recent">
      <div className="section-header">
        <h2 id="recent">{t.home.recent}</h2>
        <Link to="/documents">{t.home.seeAll}</Link>
      </div>
      <Answered query={jobs}>
        {({ jobs: found }) =>
          found.length === 0 ? (
            <Empty>{t.home.noRecent}</Empty>
          ) : (
            <ul className="rows even">{found.map(row)}</ul>
          )
        }
      </Answered>
    </section>
  );
}

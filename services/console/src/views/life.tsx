import type { Job } from '@docfleet/client';
import { wordsOf } from '../model/format.ts';
import { barsOf, type LifeEvent } from '../model/life.ts';
import { useTexts } from '../strings/strings.ts';
import { Table } from '../ui/table.tsx';

/** What happened to a document, and how long each stage took. */
export function Life({ job, events }: { readonly job: Job; readonly events: readonly LifeEvent[] }) {
  const { t, format } = useTexts();
  const stage = (name: string): string => t.stage[name] ?? name;
  return (
    <>
      {job.timings.length > 0 && (
        <section aria-labelledby="timings">
          <h3 id="timings">{t.document.timings}</h3>
          <Table
            caption={t.document.timings}
            rows={barsOf(job.timings)}
            keyOf={(bar) => `${bar.stage}-${String(bar.attempt)}`}
            empty=""
            columns={[
              { id: 'stage', header: t.operations.stage, cell: (bar) => stage(bar.stage) },
              {
                id: 'bar',
                header: t.document.queued + ' · ' + t.document.active,
                cell: (bar) => (
                  <svg className="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                    <rect className="bar-room" width="100" height="6" />
                    <rect className="bar-queued" x={bar.start * 100} width={bar.queued * 100} height="6" />
                    <rect
                      className="bar-done"
                      x={(bar.start + bar.queued) * 100}
                      width={Math.max(0.5, bar.active * 100)}
                      height="6"
                    />
                  </svg>
                ),
              },
              {
                id: 'queued',
                header: t.document.queued,
                kind: 'number',
                cell: (bar) => format.duration(bar.queuedMs),
              },
              {
                id: 'active',
                header: t.document.active,
                kind: 'number',
                cell: (bar) => format.duration(bar.activeMs),
              },
            ]}
          />
        </section>
      )}
      <section aria-labelledby="events">
        <h3 id="events">{t.document.events}</h3>
        <ol className="life">
          {events.map((event, index) => (
            <li key={`${event.at}-${String(index)}`}>
              <time dateTime={event.at}>{format.exactTime(event.at)}</time>
              <span>
                {event.kind === 'ended'
                  ? `${t.document.ended}: ${wordsOf(event.status)}`
                  : `${stage(event.stage)}: ${t.eventKind[event.what] ?? wordsOf(event.what)}`}
                {event.kind === 'stage' && event.attempt > 1 && `, ${t.document.attempt(event.attempt)}`}
                {event.revision > 1 && ` (${t.document.revision} ${String(event.revision)})`}
                {event.code !== null && ` · ${event.code}`}
              </span>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

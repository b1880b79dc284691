import type { JobSummary } from '@docfleet/client';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { nameOf } from '../model/filters.ts';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { StatusBadge, VerdictBadge } from '../ui/badge.tsx';
import { Stages } from '../ui/stages.tsx';

const rowPx = 37;

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 };

/**
 * Documents as a table of which only the rows on the screen exist: thousands stay quick. The arrow keys move from row to
 * row; at the last one, more are loaded.
 */
export function DocumentTable(props: {
  readonly jobs: readonly JobSummary[];
  readonly hasMore: boolean;
  readonly onEnd: () => void;
}) {
  const { t, format } = useTexts();
  const { me, may } = useApi();
  const { jobs, hasMore, onEnd } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const wanted = useRef<number>(undefined);
  const rows = useVirtualizer({
    count: jobs.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowPx,
    overscan: 10,
  });
  const shown = rows.getVirtualItems();
  const first = shown[0];
  const last = shown.at(-1);
  const after = last === undefined ? 0 : rows.getTotalSize() - last.end;
  // A row that was not on the screen exists only once it has been scrolled to.
  useEffect(() => {
    if (wanted.current === undefined) return;
    const row = scroll.current?.querySelector<HTMLElement>(`[data-row="${String(wanted.current)}"] a`);
    if (row === null || row === undefined) return;
    row.focus();
    wanted.current = undefined;
  });
  const move = (event: KeyboardEvent): void => {
    const step = steps[event.key];
    const row = (event.target as HTMLElement).closest('[data-row]')?.getAttribute('data-row');
    if (step === undefined) return;
    event.preventDefault();
    const at = row === null || row === undefined ? -Math.sign(step) : Number(row);
    const next = Math.min(jobs.length - 1, Math.max(0, at + step));
    if (next === jobs.length - 1 && hasMore) onEnd();
    rows.scrollToIndex(next);
    wanted.current = next;
    scroll.current?.querySelector<HTMLElement>(`[data-row="${String(next)}"] a`)?.focus();
  };
  const columns = 6 + (me.tenantId === null ? 1 : 0);
  return (
    <div
      className="table-scroll fills"
      ref={scroll}
      role="region"
      aria-label={t.documents.title}
      tabIndex={0}
      onKeyDown={move}
    >
      <table className="documents" aria-rowcount={hasMore ? -1 : jobs.length + 1}>
        <caption className="hidden">{t.documents.title}</caption>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">{t.documents.name}</th>
            {me.tenantId === null && <th scope="col">{t.documents.tenant}</th>}
            <th scope="col">{t.documents.status}</th>
            <th scope="col" className="wide">
              {t.documents.verdict}
            </th>
            <th scope="col" className="wide">
              {t.operations.stage}
            </th>
            <th scope="col" className="wide number">
              {t.documents.pages}
            </th>
            <th scope="col">{t.documents.submitted}</th>
          </tr>
        </thead>
        <tbody>
          {first !== undefined && first.start > 0 && <Room height={first.start} columns={columns} />}
          {shown.map(({ index, key }) => {
            const job = jobs[index];
            if (job === undefined) return null;
            return (
              <tr key={key} data-row={index} aria-rowindex={index + 2}>
                <th scope="row">
                  <Link to="/documents/$runId" params={{ runId: job.runId }}>
                    {nameOf(job) ?? t.documents.unnamed}
                  </Link>
                </th>
                {me.tenantId === null && <td>{job.tenantId}</td>}
                <td>
                  {job.status === 'in_review' && may('review') ? (
                    <Link
                      to="/review/of/$runId"
                      params={{ runId: job.runId }}
                      aria-label={t.documents.reviewOf(nameOf(job) ?? t.documents.unnamed)}
                    >
                      <StatusBadge status={job.status} />
                    </Link>
                  ) : (
                    <StatusBadge status={job.status} />
                  )}
                </td>
                <td className="wide">{job.verdict !== null && <VerdictBadge verdict={job.verdict} />}</td>
                <td className="wide">{job.endedAt === null && <Stages job={job} />}</td>
                <td className="wide number">{job.pageCount === 0 ? '' : format.number(job.pageCount)}</td>
                <td>{format.time(job.createdAt)}</td>
              </tr>
            );
          })}
          {after > 0 && <Room height={after} columns={columns} />}
        </tbody>
      </table>
    </div>
  );
}

/** The height of rows that are not on the screen. */
function Room({ height, columns }: { readonly height: number; readonly columns: number }) {
  return (
    <tr aria-hidden="true" className="room">
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}

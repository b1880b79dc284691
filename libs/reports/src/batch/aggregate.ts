import { createHash } from 'node:crypto';
import { isoOf, runStatuses, verdicts, type RunStatus, type Verdict } from '@docfleet/domain';
import type { BatchReportInput, ReportDocument, ReportFile } from './batch-report.ts';
import { checkBatch, type Check } from './checks.ts';
import { hasFailed, hasResult, isEnded } from './file-states.ts';
import { statisticsOf, type Statistics } from './statistics.ts';

const msPerHour = 3_600_000;

/** Sums of the coverage of documents. */
export interface CoverageSums {
  readonly fieldsExpected: number;
  readonly fieldsAnswered: number;
  readonly rowsSeen: number;
  readonly rowsExtracted: number;
  readonly pages: number;
  readonly pagesRead: number;
  readonly gaps: number;
}

/** A batch in figures. Times in milliseconds. */
export interface BatchSummary {
  readonly files: number;
  readonly ended: number;
  readonly byStatus: Readonly<Record<RunStatus, number>>;
  /** Of files. */
  readonly byVerdict: Readonly<Record<Verdict, number>>;
  readonly pages: number;
  readonly documents: number;
  readonly fields: number;
  /** From the creation of the batch to its end; null until then. */
  readonly wallMs: number | null;
  readonly filesPerHour: number | null;
  readonly pagesPerHour: number | null;
  /** From acceptance to end, of files that have both. */
  readonly latencyMs: Statistics | null;
  readonly activeMs: Statistics | null;
  /** Share of ended files that failed, expired or were refused; null while none has ended. */
  readonly errorRate: number | null;
  /** Most frequent first. */
  readonly failures: readonly { readonly code: string; readonly message: string; readonly files: number }[];
  readonly coverage: CoverageSums;
}

/** What is said of a batch: figures, checks, a hash over all results, and every file. */
export interface BatchAggregate {
  readonly summary: BatchSummary;
  readonly checks: readonly Check[];
  /** SHA-256 over the numbers of the files, their states and the hashes of their results: equal results, equal hash. */
  readonly hash: string;
}

export function aggregate(batch: BatchReportInput): BatchAggregate {
  return { summary: summarise(batch), checks: checkBatch(batch), hash: hashOf(batch.files) };
}

function summarise({ files, createdAt, endedAt }: BatchReportInput): BatchSummary {
  const ended = files.filter(isEnded);
  const documents = files.flatMap((file) => file.documents);
  const pages = files.reduce((sum, { pageCount }) => sum + pageCount, 0);
  const wallMs = endedAt === null ? null : endedAt - createdAt;
  const perHour = (count: number): number | null =>
    wallMs === null || wallMs <= 0 ? null : (count * msPerHour) / wallMs;
  return {
    files: files.length,
    ended: ended.length,
    byStatus: countBy(runStatuses, files, ({ status }) => status),
    byVerdict: countBy(verdicts, files, ({ verdict }) => verdict),
    pages,
    documents: documents.length,
    fields: documents.reduce((sum, { fields }) => sum + fields.length, 0),
    wallMs,
    filesPerHour: perHour(ended.length),
    pagesPerHour: perHour(pages),
    latencyMs: statisticsOf(ended.flatMap(latencyOf)),
    activeMs: statisticsOf(ended.map(({ activeMs }) => activeMs)),
    errorRate: ended.length === 0 ? null : ended.filter(hasFailed).length / ended.length,
    failures: failuresOf(files),
    coverage: coverageOf(documents),
  };
}

/** Time from acceptance to end, in milliseconds; none where one of them is not known. */
export function latencyOf({ acceptedAt, endedAt }: ReportFile): readonly number[] {
  return acceptedAt === null || endedAt === null ? [] : [endedAt - acceptedAt];
}

function countBy<K extends string>(
  keys: readonly K[],
  files: readonly ReportFile[],
  keyOf: (file: ReportFile) => K | null,
): Readonly<Record<K, number>> {
  const counts = Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
  for (const file of files) {
    const key = keyOf(file);
    if (key !== null) counts[key] += 1;
  }
  return counts;
}

function failuresOf(files: readonly ReportFile[]): BatchSummary['failures'] {
  const found = new Map<string, { code: string; message: string; files: number }>();
  for (const { failure } of files) {
    if (failure === null) continue;
    const known = found.get(failure.code);
    if (known === undefined) found.set(failure.code, { ...failure, files: 1 });
    else known.files += 1;
  }
  return [...found.values()].toSorted((a, b) => b.files - a.files || (a.code < b.code ? -1 : 1));
}

export function coverageOf(documents: readonly ReportDocument[]): CoverageSums {
  const none = {
    fieldsExpected: 0,
    fieldsAnswered: 0,
    rowsSeen: 0,
    rowsExtracted: 0,
    pages: 0,
    pagesRead: 0,
  };
  return documents.reduce<CoverageSums>(
    (sum, { coverage, gaps }) => ({
      fieldsExpected: sum.fieldsExpected + (coverage?.fieldsExpected ?? 0),
      fieldsAnswered: sum.fieldsAnswered + (coverage?.fieldsAnswered ?? 0),
      rowsSeen: sum.rowsSeen + (coverage?.rowsSeen ?? 0),
      rowsExtracted: sum.rowsExtracted + (coverage?.rowsExtracted ?? 0),
      pages: sum.pages + (coverage?.pages ?? 0),
      pagesRead: sum.pagesRead + (coverage?.pagesRead ?? 0),
      gaps: sum.gaps + gaps.length,
    }),
    { ...none, gaps: 0 },
  );
}

function hashOf(files: readonly ReportFile[]): string {
  const results = files.map(({ n, status, hashes }) => [n, status, hashes?.stated ?? null]);
  return createHash('sha256').update(JSON.stringify(results)).digest('hex');
}

/** The aggregate and every file as JSON; the same batch gives the same bytes. */
export function toJson(batch: BatchReportInput): string {
  const { summary, checks, hash } = aggregate(batch);
  const written = {
    schema: 'docfleet.batch/1',
    batchId: batch.batchId,
    tenantId: batch.tenantId,
    state: batch.state,
    requester: batch.requester,
    period: batch.period,
    metadata: batch.metadata,
    options: batch.options,
    createdAt: isoOf(batch.createdAt),
    endedAt: batch.endedAt === null ? null : isoOf(batch.endedAt),
    hash,
    summary,
    checks,
    files: batch.files.map((file) => ({
      ...file,
      acceptedAt: file.acceptedAt === null ? null : isoOf(file.acceptedAt),
      endedAt: file.endedAt === null ? null : isoOf(file.endedAt),
      latencyMs: latencyOf(file)[0] ?? null,
      coverage: hasResult(file) ? coverageOf(file.documents) : null,
      // Addresses of objects say nothing outside of the fleet.
      pages: file.pages.map(({ page, widthPx, heightPx }) => ({ page, widthPx, heightPx })),
    })),
  };
  return `${JSON.stringify(written, null, 1)}\n`;
}

import type { JobSummary } from '@docfleet/client';

export const statuses = [
  'accepted',
  'running',
  'in_review',
  'completed',
  'completed_with_gaps',
  'failed',
  'rejected',
  'cancelled',
  'expired',
] as const satisfies readonly JobSummary['status'][];
export const lanes = ['urgent', 'high', 'normal'] as const satisfies readonly JobSummary['lane'][];
export const ages = ['hour', 'day', 'week'] as const;
export type Age = (typeof ages)[number];

/** Which documents a list shows; it stands in the address, so a list can be passed on and saved. */
export interface JobFilter {
  readonly status?: JobSummary['status'];
  readonly lane?: JobSummary['lane'];
  readonly age?: Age;
  readonly tenant?: string;
  /** Looked for in what is loaded. */
  readonly find?: string;
}

/** The filter in a query; what it does not know is left out. */
export function readJobFilter(search: Readonly<Record<string, unknown>>): JobFilter {
  const { status, lane, age, tenant, find } = search;
  return compact({
    status: statuses.find((known) => known === status),
    lane: lanes.find((known) => known === lane),
    age: ages.find((known) => known === age),
    tenant: textIn(tenant),
    find: textIn(find),
  });
}

/** The filter with another value of one name; none, or an empty text, removes the name. */
export function withFilter<Name extends keyof JobFilter>(
  filter: JobFilter,
  name: Name,
  value: JobFilter[Name] | '',
): JobFilter {
  return compact({ ...filter, [name]: value === '' ? undefined : value });
}

/** Which page and field of a document are looked at. */
export interface DocumentSearch {
  readonly page?: number;
  readonly field?: string;
}

export function readDocumentSearch(search: Readonly<Record<string, unknown>>): DocumentSearch {
  const { page, field } = search;
  const isPage = typeof page === 'number' && Number.isInteger(page) && page > 1;
  return compact({ page: isPage ? page : undefined, field: textIn(field) });
}

const ageMs: Readonly<Record<Age, number>> = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 };

/** The beginning of the time that a list is about, in steps of a minute, so that the same list is one query. */
export function sinceOf(age: Age, now: number): string {
  return new Date(Math.floor((now - ageMs[age]) / 60_000) * 60_000).toISOString();
}

const runId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A text that is a whole run id names one document. */
export function isRunId(text: string): boolean {
  return runId.test(text.trim());
}

/** The name that a document is known by; undefined where it has none. */
export function nameOf(job: Pick<JobSummary, 'fileName' | 'documentId' | 'requestId'>): string | undefined {
  return job.fileName ?? job.documentId ?? job.requestId ?? undefined;
}

/** Whether a document has the text in one of its names; letters of both cases are the same. */
export function isFound(
  job: Pick<JobSummary, 'runId' | 'fileName' | 'documentId' | 'requestId'>,
  text: string,
): boolean {
  const wanted = text.trim().toLowerCase();
  const names = [job.fileName, job.documentId, job.requestId, job.runId];
  return names.some((name) => name?.toLowerCase().includes(wanted) === true);
}

function textIn(value: unknown): string | undefined {
  // A number in an address, such as a document id, comes parsed.
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

type Compact<T> = { readonly [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Without the names that have no value. */
function compact<T extends object>(object: T): Compact<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Compact<T>;
}

/** An event of a run, and where it is stored. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly from: 'log' | 'database' | 'store';
  /** Null when it belongs to no revision. */
  readonly revision: number | null;
  /** Stage or service. */
  readonly who: string;
  readonly what: string;
  /** Details as text. */
  readonly detail: string;
  /** Its location: a record's position, a table, or an object name. */
  readonly place: string;
}

/** Moments of a run in one source; `trouble` is the reason when they are not complete. */
export interface SourceReport {
  readonly source: Moment['from'];
  readonly moments: readonly Moment[];
  readonly trouble?: string;
}

/** The history of a run, in order of time. */
export interface Life {
  readonly runId: string;
  /** From the database; null where it has no row. */
  readonly run: RunFacts | null;
  readonly moments: readonly Moment[];
  /** Sources that could not be read. */
  readonly troubles: readonly string[];
}

export interface RunFacts {
  readonly tenantId: string;
  readonly requestId: string | null;
  readonly lane: string;
  readonly status: string;
  readonly revision: number;
  readonly stage: string | null;
  readonly failureCode: string | null;
}

/**
 * Merges all moments in order of time. A stage event is in the log and, after the ledger has read it, in the database: it
 * is listed once, from the log if it is still there.
 */
export function lifeOf(runId: string, run: RunFacts | null, reports: readonly SourceReport[]): Life {
  const inLog = new Set(
    reports.flatMap(({ source, moments }) => (source === 'log' ? moments.map(({ place }) => place) : [])),
  );
  return {
    runId,
    run,
    moments: reports
      .flatMap(({ moments }) => moments)
      .filter(({ from, place }) => from !== 'database' || !inLog.has(place))
      .sort((a, b) => a.at - b.at),
    troubles: reports.flatMap(({ source, trouble }) =>
      trouble === undefined ? [] : [`the ${source} could not be read: ${trouble}`],
    ),
  };
}

/** Position of a record, in the format of this output. */
export function positionOf(topic: string, partition: number, offset: bigint | string): string {
  return `${topic} ${partition}@${offset}`;
}

/** Formats a duration: `40 ms`, `1.2 s`, `3 min 5 s`, `2 h 10 min`. */
export function span(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Details of an event as text. */
export function attemptDetail(facts: {
  readonly attempt: number;
  readonly queuedMs: number;
  readonly activeMs: number;
  readonly code: string | null;
  readonly reason: string | null;
}): string {
  const { attempt, queuedMs, activeMs, code, reason } = facts;
  return [
    code,
    reason,
    `attempt ${attempt}`,
    ...(queuedMs + activeMs > 0 ? [`waited ${span(queuedMs)}`, `worked ${span(activeMs)}`] : []),
  ]
    .filter((part) => part !== null)
    .join(', ');
}

/** Something that happened to a run, and where it is written down. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly from: 'log' | 'database' | 'store';
  /** Null where it belongs to no revision. */
  readonly revision: number | null;
  /** Stage or service. */
  readonly who: string;
  readonly what: string;
  /** The rest, for a person. */
  readonly detail: string;
  /** Where exactly: a record's position, a table, a name in the store. */
  readonly place: string;
}

/** What one source knows of a run; `trouble` says why it is not all. */
export interface Testimony {
  readonly source: Moment['from'];
  readonly moments: readonly Moment[];
  readonly trouble?: string;
}

/** A run's life, in order of time. */
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
 * All moments in order of time. A stage's event stands in the log and, when the ledger has read it, in the database:
 * it is told once, by the log while that keeps it.
 */
export function lifeOf(runId: string, run: RunFacts | null, testimonies: readonly Testimony[]): Life {
  const inLog = new Set(
    testimonies.flatMap(({ source, moments }) => (source === 'log' ? moments.map(({ place }) => place) : [])),
  );
  return {
    runId,
    run,
    moments: testimonies
      .flatMap(({ moments }) => moments)
      .filter(({ from, place }) => from !== 'database' || !inLog.has(place))
      .sort((a, b) => a.at - b.at),
    troubles: testimonies.flatMap(({ source, trouble }) =>
      trouble === undefined ? [] : [`the ${source} could not be read: ${trouble}`],
    ),
  };
}

/** Where a record stands, as everywhere in this output. */
export function placeOf(topic: string, partition: number, offset: bigint | string): string {
  return `${topic} ${partition}@${offset}`;
}

/** A span of time for a person: `40 ms`, `1.2 s`, `3 min 5 s`, `2 h 10 min`. */
export function span(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What an event says besides its kind. */
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

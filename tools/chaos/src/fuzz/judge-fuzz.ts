import { percentile } from '../stub/percentile.ts';
import type { NeighbourDocument } from './neighbour.ts';
import type { Watched } from './watch.ts';

/** One call and what became of it; no answer: the connection ended without one. */
export interface CallResult {
  readonly description: string;
  /** Whether the call claimed more bytes than it sent: it may go without an answer. */
  readonly isCutOff: boolean;
  readonly answer: { readonly status: number; readonly mediaType: string; readonly body: string } | undefined;
}

/** What was observed while one tenant sent fuzzed submissions and another worked. */
export interface FuzzObservations {
  readonly calls: readonly CallResult[];
  /** Documents of the other tenant without the fuzzed submissions, and beside them. */
  readonly before: readonly NeighbourDocument[];
  readonly beside: readonly NeighbourDocument[];
  readonly services: readonly Watched[];
  readonly crossings: readonly string[];
}

export interface FuzzViolation {
  readonly kind:
    | 'server-error'
    | 'no-answer'
    | 'no-problem'
    | 'neighbour-failed'
    | 'neighbour-late'
    | 'stands-still'
    | 'not-ready'
    | 'restarted'
    | 'memory'
    | 'readable'
    | 'ending';
  readonly detail: string;
}

/** Longest a document of the other tenant may take: this many times the median without the fuzzed submissions, or this long. */
const [slowestRatio, alwaysInTimeMs] = [20, 60_000] as const;

/** Longest time that a service may not be ready, in milliseconds: no dependency is away, and machines are busy. */
const maxNotReadyMs = 20_000;

/** How much a service's resident memory may grow, in bytes. */
const maxGrowthBytes = 512 * 1024 * 1024;

/** Finds violations in what was observed. Pure, so that tests show that each is detected. */
export function judgeFuzz(observed: FuzzObservations): readonly FuzzViolation[] {
  return [
    ...observed.calls.flatMap(judgeCall),
    ...judgeNeighbour(observed),
    ...observed.services.flatMap(judgeService),
    ...observed.crossings.map((detail): FuzzViolation => ({ kind: 'readable', detail })),
  ];
}

function judgeCall({ answer, isCutOff, description }: CallResult): readonly FuzzViolation[] {
  if (answer === undefined) return isCutOff ? [] : [{ kind: 'no-answer', detail: description }];
  const { status, mediaType, body } = answer;
  const detail = `${status} ${mediaType} ${body.slice(0, 200)} <- ${description}`;
  if (status >= 500) return [{ kind: 'server-error', detail }];
  // HEAD has no body, but the same headers.
  if (status >= 400 && mediaType !== 'application/problem+json') return [{ kind: 'no-problem', detail }];
  return [];
}

function judgeNeighbour({ before, beside }: FuzzObservations): readonly FuzzViolation[] {
  const limitMs = Math.max(alwaysInTimeMs, slowestRatio * medianMs(before));
  return [...before, ...beside].flatMap(({ requestId, status, ms }): FuzzViolation[] => {
    const seconds = (ms / 1_000).toFixed(1);
    if (!status.startsWith('completed')) {
      return [{ kind: 'neighbour-failed', detail: `${requestId}: ${status} after ${seconds} s` }];
    }
    return ms <= limitMs
      ? []
      : [{ kind: 'neighbour-late', detail: `${requestId} took ${seconds} s, allowed ${limitMs / 1_000} s` }];
  });
}

function judgeService(service: Watched): readonly FuzzViolation[] {
  const { unhealthy, notReadyMs, startBytes, peakBytes, ends } = service;
  const violations: FuzzViolation[] = [...unhealthy].map((text) => ({
    kind: 'stands-still',
    detail: `${service.service}: /health answered ${text}`,
  }));
  const add = (kind: FuzzViolation['kind'], detail: string): void => {
    violations.push({ kind, detail: `${service.service}: ${detail}` });
  };
  if (notReadyMs > maxNotReadyMs) add('not-ready', `not ready for ${Math.round(notReadyMs / 1_000)} s`);
  if (ends > 0) add('restarted', `its process ended ${ends} times`);
  if (peakBytes - startBytes > maxGrowthBytes) {
    add('memory', `${Math.round(peakBytes / 1e6)} MB, from ${Math.round(startBytes / 1e6)} MB`);
  }
  return violations;
}

export function medianMs(documents: readonly NeighbourDocument[]): number {
  return percentile(
    documents.map(({ ms }) => ms),
    0.5,
  );
}

import type { Expectations, Facts } from './check/facts.ts';
import type { Violation } from './check/violation.ts';
import type { FaultKind } from './plan/faults.ts';
import type { Recovery } from './run/recovery.ts';

export interface Report {
  readonly seed: number;
  readonly documents: number;
  readonly kills: number;
  readonly real: number;
  readonly seconds: number;
  readonly facts: Facts;
  readonly expected: Expectations;
  readonly violations: readonly Violation[];
  readonly recoveries: readonly Recovery[];
  /** Kills at a boundary that was not reached in time, done at a random moment. */
  readonly elsewhere: number;
  readonly statuses: ReadonlyMap<string, number>;
  /** What people did, with the statuses of the answers. */
  readonly reviews: ReadonlyMap<string, number>;
  readonly boundaryHits: ReadonlyMap<string, number>;
  /** Number of repeated writes of pages. */
  readonly pagesAgain: number;
  /** Number of repeated starts of documents, by stage. */
  readonly begunAgain: Readonly<Record<string, number>>;
  readonly logs: string;
}

/** `.../pages/0001.png` of preprocess and `.../pages/0001.json` of ocr: a finished page. */
const pageKey = /\/(?:preprocess@[^/]+\/pages\/\d+\.(?:png|jpg)|ocr@[^/]+\/pages\/\d+\.json)$/;

/** Repeated writes of pages: every write after the first one. */
export function pagesAgainOf(creations: ReadonlyMap<string, number>): number {
  return [...creations].filter(([key]) => pageKey.test(key)).reduce((sum, [, times]) => sum + times - 1, 0);
}

/** Repeated starts, by stage; stages without any are omitted. */
export function begunAgainOf(beginnings: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  const again: Record<string, number> = {};
  for (const [work, times] of beginnings) {
    const stage = work.slice(0, work.indexOf(' '));
    if (times > 1) again[stage] = (again[stage] ?? 0) + times - 1;
  }
  return again;
}

/** The figures of the report, as printed in JSON. */
export function summaryOf(report: Report) {
  const { facts, expected, violations } = report;
  const ended = new Set(facts.terminal.map(({ runId, revision }) => `${runId} ${revision}`));
  const winners = new Set(facts.outcomes.map(({ outcomeId }) => outcomeId));
  const bundles = facts.bundles.filter(({ outcomeId }) => winners.has(outcomeId));
  const per = (count: number): number => Number((count / Math.max(1, ended.size)).toFixed(3));
  return {
    seed: report.seed,
    documents: report.documents,
    kills: report.kills,
    real: report.real,
    seconds: Math.round(report.seconds),
    records: facts.intake.length,
    accepted: facts.claims.size,
    runs: expected.runs.size,
    terminalEvents: facts.terminal.length,
    outcomes: facts.outcomes.length,
    bundles: bundles.length,
    bundlesOfLosers: facts.bundles.length - bundles.length,
    lost: violations.filter(({ kind }) => kind === 'lost').length,
    doubled: violations.filter(({ kind }) => kind === 'duplicated').length,
    effectsPerDocument: {
      terminalEvents: per(facts.terminal.length),
      outcomes: per(facts.outcomes.length),
      bundles: per(bundles.length),
    },
    pagesAgain: report.pagesAgain,
    begunAgain: report.begunAgain,
    rejected: countBy(facts.rejected, ({ code }) => code),
    repetitions: new Set(facts.duplicates).size,
    deadLetters: facts.deadLetters,
    batches: countBy(facts.batches, ({ state }) => state),
    webhooks: webhooksOf(facts),
    ends: countBy(facts.terminal, ({ status, code }) => (code === null ? status : `${status} ${code}`)),
    answers: Object.fromEntries([...report.statuses].sort()),
    reviews: Object.fromEntries([...report.reviews].sort()),
    recoverySeconds: recoveryTable(report.recoveries),
    killsElsewhere: report.elsewhere,
    boundariesHit: report.boundaryHits.size,
    violations,
  };
}

/** Events that were delivered, and what arrived of them: again, because it was refused or its answer was lost. */
function webhooksOf({ messages }: Facts): Readonly<Record<string, number>> {
  const taken = messages.filter((message) => message.taken);
  return {
    events: new Set(taken.map(({ id }) => id)).size,
    refused: messages.length - taken.length,
    repeated: taken.length - new Set(taken.map(({ id }) => id)).size,
  };
}

function countBy<T>(values: readonly T[], name: (value: T) => string): Readonly<Record<string, number>> {
  const counts = [...Map.groupBy(values, name)].map(([key, own]) => [key, own.length] as const);
  return Object.fromEntries(counts.sort(([a], [b]) => a.localeCompare(b)));
}

interface RecoveryRow {
  readonly times: number;
  readonly median: number | null;
  readonly max: number | null;
  readonly unseen: number;
}

/** Recovery seconds by kind of fault, and over all of them. */
export function recoveryTable(
  recoveries: readonly Recovery[],
): Readonly<Record<FaultKind | 'all', RecoveryRow>> {
  const rows = [...Map.groupBy(recoveries, ({ kind }) => kind)]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([kind, own]) => [kind, rowOf(own)] as const);
  return Object.fromEntries([...rows, ['all', rowOf(recoveries)]]) as Record<FaultKind | 'all', RecoveryRow>;
}

function rowOf(recoveries: readonly Recovery[]): RecoveryRow {
  const seconds = recoveries.flatMap(({ ms }) => (ms === null ? [] : [Math.round(ms / 100) / 10]));
  seconds.sort((a, b) => a - b);
  return {
    times: recoveries.length,
    median: seconds[Math.floor((seconds.length - 1) / 2)] ?? null,
    max: seconds.at(-1) ?? null,
    unseen: recoveries.length - seconds.length,
  };
}

/** The report as text. */
export function renderReport(report: Report): string {
  const {
    recoverySeconds,
    violations,
    effectsPerDocument,
    rejected,
    ends,
    answers,
    reviews,
    begunAgain,
    batches,
    webhooks,
    ...figures
  } = summaryOf(report);
  const pairs = (record: Readonly<Record<string, number>>): string =>
    Object.entries(record)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  const rows = Object.entries(recoverySeconds).map(([kind, { times, median, max, unseen }]) => {
    const cells = [times, median ?? '-', max ?? '-', unseen].map((cell) => String(cell).padStart(9));
    return `  ${kind.padEnd(20)}${cells.join('')}`;
  });
  return [
    ...Object.entries(figures).map(([name, value]) => `  ${name.padEnd(20)}${String(value)}`),
    `  effects / documents  ${pairs(effectsPerDocument)}`,
    `  begun again          ${pairs(begunAgain)}`,
    `  batches              ${pairs(batches)}`,
    `  webhooks             ${pairs(webhooks)}`,
    `  rejected             ${pairs(rejected)}`,
    `  ends                 ${pairs(ends)}`,
    `  answers              ${pairs(answers)}`,
    `  people               ${pairs(reviews)}`,
    '',
    `  recovery, seconds       times   median      max   unseen`,
    ...rows,
    '',
    ...violations.slice(0, 100).flatMap((violation) => renderViolation(report.facts, violation)),
    violations.length === 0
      ? `No violation. Repeat it with --seed ${report.seed}.`
      : `${violations.length} VIOLATIONS. Repeat it with --seed ${report.seed}; logs: ${report.logs}`,
    '',
  ].join('\n');
}

/** The violation, and all facts of its run. */
function renderViolation(facts: Facts, { kind, runId, detail }: Violation): string[] {
  const line = `VIOLATION ${kind} ${runId ?? ''} ${detail}`;
  if (runId === null) return [line];
  const own = <T extends { readonly runId: string | null }>(values: readonly T[]): readonly T[] =>
    values.filter((value) => value.runId === runId);
  return [
    line,
    ...own(facts.intake).map(({ position }) => `    record   ${position}`),
    `    claim    ${facts.claims.get(runId) ?? 'none'}`,
    ...own(facts.outcomes).map((row) => `    outcome  ${row.outcomeId} ${row.status} ${row.state}`),
    ...own(facts.terminal).map(
      (event) => `    event    ${event.outcomeId} ${event.status} ${event.position}`,
    ),
    ...own(facts.bundles).map(({ uri }) => `    bundle   ${uri}`),
    ...own(facts.runs).map(({ status }) => `    row      ${status}`),
  ];
}

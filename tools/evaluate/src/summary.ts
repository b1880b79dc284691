import type { EvaluationMapping } from '@docfleet/contracts';
import type { Job } from './pipeline.ts';
import type { Values } from './score.ts';

/** What became of one labelled document. */
export interface Processed {
  readonly id: string;
  readonly job: Job;
  readonly wallMs: number;
}

/** What is scored of a job. */
export interface Scored {
  readonly className: string;
  readonly mapping: EvaluationMapping;
  readonly firstPage?: number | undefined;
}

/**
 * The values to score: of the first found document of the class (that begins at `firstPage`, where it is given), in the form the class file chooses for each label.
 * Fields of other classes are not predictions.
 */
export function predictionOf(job: Job, { className, mapping, firstPage }: Scored): Values {
  const found = (job.documents ?? []).find(
    (document) =>
      document.documentClass === className && (firstPage === undefined || document.firstPage === firstPage),
  );
  return Object.fromEntries(
    mapping.fields.flatMap(({ label, field, predict }) => {
      const value = found?.fields.find((one) => one.name === field);
      return value === undefined ? [] : [[label, value[predict]] as const];
    }),
  );
}

export interface Summary {
  /** How many documents ended in each status, verdict, class, and with which failure. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly classes: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  /** Median active time of each stage, in milliseconds. */
  readonly stageMs: Readonly<Record<string, number>>;
  /** Median time from sending to the answer, in milliseconds. */
  readonly wallMs: number;
}

export function summarise(processed: readonly Processed[]): Summary {
  const stages = new Map<string, number[]>();
  for (const { job } of processed) {
    for (const { stage, activeMs } of job.timings ?? []) {
      stages.set(stage, [...(stages.get(stage) ?? []), activeMs]);
    }
  }
  return {
    statuses: tally(processed.map(({ job }) => job.status)),
    verdicts: tally(processed.flatMap(({ job }) => job.verdict ?? [])),
    classes: tally(processed.flatMap(({ job }) => (job.documents ?? []).map((one) => one.documentClass))),
    failures: tally(processed.flatMap(({ job }) => job.failure?.code ?? [])),
    stageMs: Object.fromEntries([...stages].map(([stage, times]) => [stage, median(times)])),
    wallMs: median(processed.map(({ wallMs }) => wallMs)),
  };
}

export function summaryLines(summary: Summary): string {
  const counts = (row: Readonly<Record<string, number>>): string =>
    Object.entries(row)
      .map(([name, count]) => `${name} ${String(count)}`)
      .join(', ') || 'none';
  return [
    `ended: ${counts(summary.statuses)}`,
    `verdicts: ${counts(summary.verdicts)}`,
    `classes found: ${counts(summary.classes)}`,
    `failures: ${counts(summary.failures)}`,
    `median ms: ${counts(summary.stageMs)}; from sending to the answer ${String(summary.wallMs)}`,
  ].join('\n');
}

function tally(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return Math.round(sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2);
}

import {
  batchStateOf,
  countFiles,
  isBatchEnd,
  runStatuses,
  type BatchCounts,
  type RunStatus,
} from '@docfleet/domain';
import type { BatchRow, Expectations, Facts } from './facts.ts';
import type { Violation } from './violation.ts';

/**
 * Each batch: accepted once with its files, and ended once, with the counts and the state of its runs, by the transaction
 * that ended the last of them, which also says so.
 */
export function judgeBatches(
  facts: Pick<Facts, 'batches' | 'terminal'>,
  expected: Pick<Expectations, 'batches' | 'answeredBatches'>,
): readonly Violation[] {
  const rows = new Map(facts.batches.map((row) => [row.batchId, row]));
  const statuses = new Map(facts.terminal.map(({ runId, status }) => [runId, status]));
  const lost = [...new Set([...expected.batches.keys(), ...expected.answeredBatches])].filter(
    (batchId) => !rows.has(batchId),
  );
  return [
    ...lost.map((batchId) => violation(batchId, 'was accepted and is not there')),
    ...facts.batches.flatMap((row) => {
      const runIds = expected.batches.get(row.batchId);
      if (runIds === undefined) return [violation(row.batchId, 'nobody has submitted it')];
      const wrong = [...judgeFiles(row, runIds), ...judgeEnd(row, statuses)];
      return wrong.map((detail) => violation(row.batchId, detail));
    }),
  ];
}

function violation(batchId: string, detail: string): Violation {
  return { kind: 'batch', runId: null, detail: `${batchId}: ${detail}` };
}

function judgeFiles({ runIds }: BatchRow, submitted: readonly string[]): readonly string[] {
  const same =
    runIds.length === submitted.length && runIds.every((runId, index) => runId === submitted[index]);
  return same ? [] : [`has the runs ${runIds.join(', ')} instead of ${submitted.join(', ')}`];
}

function judgeEnd(row: BatchRow, statuses: ReadonlyMap<string, string>): readonly string[] {
  const wrong: string[] = [];
  const ended = row.runIds.flatMap((runId) => runStatuses.find((each) => each === statuses.get(runId)) ?? []);
  const counts = countFiles(ended satisfies readonly RunStatus[]);
  const state = batchStateOf(counts, row.cancelAsked);
  const [right, found] = [textOf(counts), textOf(row.counts)];
  if (row.state !== state || found !== right)
    wrong.push(`is ${row.state} of ${found} instead of ${state} of ${right}`);
  if (row.revision !== 1) wrong.push(`has ended ${row.revision} times`);
  const type = `batch.${state.toLowerCase()}`;
  const told = row.events.map((event) => `${event.type} ${event.revision} of ${textOf(event.counts)}`);
  if (told.length !== 1 || told[0] !== `${type} 1 of ${right}`)
    wrong.push(`said ${told.join('; ') || 'nothing'} instead of ${type} 1 of ${right}`);
  if (isBatchEnd(state) && !row.runsEndedIn.includes(row.changedIn))
    wrong.push('ended in a transaction that has ended none of its runs');
  return wrong;
}

/** Counts in the order of their names. */
function textOf(counts: Readonly<Record<string, number>> | BatchCounts): string {
  return JSON.stringify(Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b))));
}

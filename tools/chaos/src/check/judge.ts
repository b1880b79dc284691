import { partitionName } from '@docfleet/domain';
import type { Expectations, Facts, TerminalEvent } from './facts.ts';
import { judgeBatches } from './judge-batches.ts';
import { judgeReview } from './judge-reviews.ts';
import { judgeWebhooks } from './judge-webhooks.ts';
import type { Violation } from './violation.ts';

/** Finds violations of the guarantees in the final state. Pure, so that tests show that each is detected. */
export function judge(facts: Facts, expected: Expectations): readonly Violation[] {
  return [
    ...judgeEndings(facts, expected),
    ...judgeUnknownRuns(facts, expected),
    ...judgeRecords(facts, expected),
    ...judgeReadModel(facts, expected),
    ...judgeBatches(facts, expected),
    ...judgeWebhooks(facts, expected),
    ...facts.lag
      .filter(({ committed, end }) => Math.max(committed, 0) !== end)
      .map(({ group, topic, partition, committed, end }): Violation => {
        const detail = `${group} has committed ${committed} of ${end} in ${partitionName({ topic, partition })}`;
        return { kind: 'lag', runId: null, detail };
      }),
    ...facts.leftovers.map((detail): Violation => ({ kind: 'leftover', runId: null, detail })),
  ];
}

/** Each run: one terminal event, one outcome, its bundle, all three of the same ending. */
function judgeEndings(facts: Facts, expected: Expectations): readonly Violation[] {
  const events = Map.groupBy(facts.terminal, keyOf);
  const outcomes = Map.groupBy(facts.outcomes, keyOf);
  const bundles = new Set(facts.bundles.map(({ uri }) => uri));
  const violations: Violation[] = [];
  const add = (kind: Violation['kind'], runId: string, detail: string): void => {
    violations.push({ kind, runId, detail });
  };
  for (const runId of new Set([...expected.runs.keys(), ...facts.claims.keys(), ...expected.answered])) {
    if (!events.has(`${runId} 1`)) add('lost', runId, 'no terminal event');
  }
  for (const [key, own] of events) {
    const [event, ...more] = own;
    if (event === undefined) continue;
    const { runId } = event;
    if (more.length > 0) {
      add(
        'duplicated',
        runId,
        `${own.length} terminal events: ${own.map(({ position }) => position).join(', ')}`,
      );
    }
    const rows = outcomes.get(key) ?? [];
    const [row] = rows;
    if (row === undefined) {
      add('no-outcome', runId, `an event without an outcome at ${event.position}`);
      continue;
    }
    if (rows.length > 1) add('duplicated', runId, `${rows.length} outcomes`);
    if (row.outcomeId !== event.outcomeId || row.digest !== event.digest || row.status !== event.status) {
      add('mismatch', runId, `the event has outcome ${event.outcomeId}, the row ${row.outcomeId}`);
    }
    if (row.state !== 'published') add('unpublished', runId, `the outcome is ${row.state}`);
    if (!bundles.has(event.bundleUri)) add('no-bundle', runId, `nothing at ${event.bundleUri}`);
    const won = facts.bundles.filter(
      (bundle) => keyOf(bundle) === key && bundle.outcomeId === event.outcomeId,
    );
    if (won.length > 1) add('duplicated', runId, `${won.length} bundles of one outcome`);
    violations.push(...judgeEnd(event, expected));
  }
  for (const [key, [row]] of outcomes) {
    if (row !== undefined && !events.has(key)) add('lost', row.runId, 'an outcome without its event');
  }
  return violations;
}

function judgeEnd(event: TerminalEvent, expected: Expectations): readonly Violation[] {
  const run = expected.runs.get(event.runId);
  if (run === undefined) return [];
  const { status, runId } = event;
  if (status === 'cancelled' && run.cancelled) return [];
  const decided = expected.decided.get(runId);
  const lost = decided === undefined ? [] : judgeReview(event, decided);
  if (lost.length > 0) return lost;
  const detail = `a ${run.broken ? 'broken' : 'good'} document ended as ${status}`;
  const right = run.broken ? status === 'failed' : status.startsWith('completed') || status === 'failed';
  return right ? [] : [{ kind: 'wrong-status', runId, detail }];
}

function judgeUnknownRuns(facts: Facts, expected: Expectations): readonly Violation[] {
  return facts.terminal
    .filter(({ runId, revision, status }) => {
      const isRefused = expected.refusable.has(runId) && status === 'failed';
      return (!expected.runs.has(runId) && !isRefused) || revision !== 1;
    })
    .map(({ runId, position }) => ({
      kind: 'unknown-run',
      runId,
      detail: `an event of an unknown run at ${position}`,
    }));
}

/** Each record of the intake claimed its run, repeats it, or was rejected once; nothing else was rejected. */
function judgeRecords(facts: Facts, expected: Expectations): readonly Violation[] {
  const violations: Violation[] = [];
  const rejections = Map.groupBy(facts.rejected, ({ source }) => source);
  const duplicates = new Set(facts.duplicates);
  const cancelled = new Set(
    facts.terminal.filter(({ status }) => status === 'cancelled').map(({ runId }) => runId),
  );
  const refused = new Set([...expected.refusable].map((runId) => facts.claims.get(runId)));
  for (const { position, runId } of facts.intake) {
    const rejected = rejections.get(position)?.length ?? 0;
    if (rejected > 1)
      violations.push({ kind: 'rejected-twice', runId, detail: `${rejected} times: ${position}` });
    if (runId === null) {
      if (rejected === 0 && !refused.has(position))
        violations.push({ kind: 'record-outcome', runId, detail: `never rejected: ${position}` });
      continue;
    }
    const claimed = facts.claims.get(runId) === position;
    const recordOutcomes = [claimed, duplicates.has(position), rejected > 0].filter(Boolean).length;
    if (recordOutcomes > 1)
      violations.push({ kind: 'record-outcome', runId, detail: `more than one outcome: ${position}` });
    // A record of a cancelled run is skipped without an event.
    if (recordOutcomes === 0 && !cancelled.has(runId)) {
      violations.push({
        kind: 'record-outcome',
        runId,
        detail: `neither claim, repetition nor rejection: ${position}`,
      });
    }
  }
  const positions = new Set(facts.intake.map(({ position }) => position));
  for (const { source, code } of facts.rejected) {
    if (!positions.has(source))
      violations.push({ kind: 'record-outcome', runId: null, detail: `${code} for ${source}` });
  }
  const bad = facts.intake.filter(({ runId }) => runId === null).length;
  if (bad < expected.badRecords) {
    violations.push({ kind: 'lost', runId: null, detail: `${bad} of ${expected.badRecords} bad records` });
  }
  return violations;
}

/** A record that is set aside explains what the read model lacks of its run. */
function judgeReadModel(facts: Facts, expected: Expectations): readonly Violation[] {
  const violations: Violation[] = [];
  const events = new Map(facts.terminal.map((event) => [event.runId, event.status]));
  const runs = new Map(facts.runs.map((run) => [run.runId, run]));
  for (const runId of expected.runs.keys()) {
    const [status, run] = [events.get(runId), runs.get(runId)];
    if (status === undefined || (run?.ended === true && run.status === status)) continue;
    if (facts.setAside.some((record) => record.runId === runId)) continue;
    const detail = `the event has status ${status}, the read model ${run?.status ?? 'nothing'}`;
    violations.push({ kind: 'read-model', runId, detail });
  }
  const accepted = facts.accounts.get('accepted') ?? 0;
  const ended = [...facts.accounts].filter(([name]) => name.startsWith('ended.'));
  const endings = ended.reduce((sum, [, count]) => sum + count, 0);
  const distinct = new Set(facts.terminal.map(keyOf)).size;
  const difference = Math.max(Math.abs(accepted - endings), Math.abs(endings - distinct));
  if (difference > facts.setAside.length) {
    const aside = `${facts.setAside.length} records set aside`;
    const detail = `${accepted} accepted, ${endings} ended, ${distinct} runs with a terminal event, ${aside}`;
    violations.push({ kind: 'accounting', runId: null, detail });
  }
  return violations;
}

function keyOf({ runId, revision }: { readonly runId: string; readonly revision: number }): string {
  return `${runId} ${revision}`;
}

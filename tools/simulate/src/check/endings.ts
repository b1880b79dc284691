import { bundleFolder } from '@docfleet/domain';
import { revisionKey } from '@docfleet/integration';

import type { World } from '../world/world.ts';
import { uriOf } from '../world/memory-store.ts';
import type { Evidence, Terminal } from './evidence.ts';

/** M-15: every revision that was accepted has one terminal event, one outcome row and one bundle, and they agree. */
export function checkEndings(world: World, evidence: Evidence, expected: ReadonlySet<string>): void {
  const { history, outcomes } = world;
  for (const key of expected) {
    const terminals = evidence.terminals.get(key) ?? [];
    if (terminals.length !== 1) history.violate(`${key} has ${String(terminals.length)} terminal events`);
    if (!outcomes.rows.has(key)) history.violate(`${key} has no outcome row`);
  }
  for (const [key, terminals] of evidence.terminals) {
    if (!expected.has(key)) history.violate(`${key} ended but was never accepted`);
    if (terminals.length > 1 && !expected.has(key)) history.violate(`${key} ended more than once`);
    for (const terminal of terminals) checkTerminal(world, key, terminal);
  }
  for (const { stage, runId, revision } of evidence.events.filter(({ code }) => code === 'RUN_CANCELLED'))
    history.violate(
      `${stage} ended ${revisionKey(runId, revision)} because of a stop, which must only stop tasks`,
    );
  for (const key of outcomes.rows.keys())
    if (!evidence.terminals.has(key)) history.violate(`${key} has an outcome row and no terminal event`);
}

function checkTerminal(world: World, key: string, { topic, record, value }: Terminal): void {
  const { history, outcomes, objects } = world;
  const row = outcomes.rows.get(key);
  if (row?.outcomeId !== value.outcomeId)
    history.violate(`${key}: the event has another outcome than the claimed one`);
  if (row !== undefined && record.value?.equals(row.event) !== true)
    history.violate(`${key}: the bytes of the event differ from the row`);
  if (row !== undefined && (row.terminalTopic !== topic || row.terminalPartition !== record.partition))
    history.violate(`${key}: the event is in another partition than in the row`);
  const [claimDate = '', , folder = ''] = value.bundle.uri.split('/').slice(4);
  const round = Number(folder.split('.')[1] ?? '0');
  const position = { claimDate, runId: value.runId, revision: value.revision, round };
  const bundle = `${bundleFolder(position, value.outcomeId)}/result.json`;
  if (value.bundle.uri !== uriOf(bundle) || objects.get(bundle) === undefined)
    history.violate(`${key}: its bundle ${value.bundle.uri} does not exist`);
  // No fault of a schedule is one of the document's at integration: all are of servers, which it has to wait for.
  if (value.status === 'failed' && 'failure' in value && value.failure.stage === 'integration')
    history.violate(`${key} was ended by integration (${value.failure.code}), which must try for ever`);
  if (value.revision > 1 && value.supersedes === null) history.violate(`${key} has no superseded outcome`);
}

/** A revision ends only after the previous one. */
export function checkRevisions(world: World, evidence: Evidence): void {
  for (const [key, [terminal]] of evidence.terminals) {
    if (terminal === undefined || terminal.value.revision === 1) continue;
    const [before] =
      evidence.terminals.get(`${terminal.value.runId} r${String(terminal.value.revision - 1)}`) ?? [];
    if (before === undefined || before.record.timestampMs > terminal.record.timestampMs)
      world.history.violate(`${key} ended before its previous revision`);
  }
}

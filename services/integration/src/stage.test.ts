import { FailureError, systemClock } from '@docfleet/domain';
import type { StageContext } from '@docfleet/stage';
import { integrationTask } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { objectResults } from './adapters/result-store.ts';
import { noResults, type RunResults } from './core/bundle.ts';
import type { StandingOutcome } from './core/fence.ts';
import { integrationStage, type IntegrationParts } from './stage.ts';

const ref = { uri: 's3://docfleet/x', sha256: '00', mediaType: 'application/json', sizeBytes: 1 };

const task = integrationTask({ results: { fields: ref } });

const context = {
  receivedFrom: { topic: 'integration.tasks.normal', partition: 0 },
  signal: new AbortController().signal,
  clock: systemClock,
} as unknown as StageContext;

/** Ends the task with results from `load`; nothing has been claimed for it before. */
function end(load: IntegrationParts['results']['load']) {
  const never = () => Promise.reject(new Error('nothing is written of results that cannot be read'));
  const stage = integrationStage(
    {
      fence: { find: () => Promise.resolve(undefined), claim: never },
      results: { load, save: never },
      terminal: { partitionOf: never, endOffset: never, holds: never },
      encode: never,
      onEmitted: () => undefined,
    },
    { maxConcurrentRuns: 1, timeoutMs: 1000 },
  );
  return stage.handle(task, context);
}

test('results of a shape that no stage writes are a fault of the document, and not tried for ever', async () => {
  const results = { ...noResults, fields: { not: 'a list' } } as unknown as RunResults;
  await expect(end(() => Promise.resolve(results))).rejects.toMatchObject({ code: 'RESULTS_UNREADABLE' });
});

test('so are results that are no JSON; while the store is away the task waits', async () => {
  const loadFrom = (code: 'INTERNAL_ERROR' | 'STORE_UNAVAILABLE'): IntegrationParts['results']['load'] => {
    const store = { readJson: () => Promise.reject(new FailureError(code)) };
    const results = objectResults(store as unknown as Parameters<typeof objectResults>[0]);
    return (toLoad, signal) => results.load(toLoad, signal);
  };
  await expect(end(loadFrom('INTERNAL_ERROR'))).rejects.toMatchObject({ code: 'RESULTS_UNREADABLE' });
  await expect(end(loadFrom('STORE_UNAVAILABLE'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test('an ending that is emitted again has the bytes and the headers of the stored one', async () => {
  const row: StandingOutcome = {
    ...{ outcomeId: 'o', state: 'claimed', event: Buffer.from('stored'), claimedAt: 0, scanFrom: 0n },
    ...{ terminalTopic: 'documents.failed', terminalPartition: 3, home: 'integration.tasks.normal/0' },
  };
  const never = () => Promise.reject(new Error('the ending is stored already'));
  const stage = integrationStage(
    {
      fence: { find: () => Promise.resolve(row), claim: never },
      results: { load: never, save: never },
      terminal: {
        partitionOf: never,
        endOffset: () => Promise.resolve(9n),
        holds: () => Promise.resolve(false),
      },
      encode: never,
      onEmitted: () => undefined,
    },
    { maxConcurrentRuns: 1, timeoutMs: 1000 },
  );
  const { runId } = task.context;
  const emitted = await stage.handle(task, { ...context, run: task.context });
  expect(emitted).toMatchObject({
    outputs: [
      {
        topic: 'documents.failed',
        key: runId,
        partition: 3,
        headers: { ce_id: 'o', ce_type: 'docfleet.document.failed', ce_subject: runId },
        bytes: row.event,
      },
    ],
  });
});

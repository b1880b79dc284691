import { seededRandom } from '@docfleet/samples';
import { expect, test } from 'vitest';
import { planSubmissions, runsIn } from './submissions.ts';

const plan = (seed: number, documents = 60) =>
  planSubmissions(seededRandom(seed), { documents, seed, realFolder: '/none' });

test('the same seed plans the same documents and batches', async () => {
  expect(await plan(5)).toEqual(await plan(5));
});

test.each([1, 5, 60, 301])('%i documents are as many runs, alone or in batches', async (documents) => {
  const planned = await plan(7, documents);
  expect(runsIn(planned)).toBe(documents);
  const runs = [...planned.submissions, ...planned.batches.flatMap(({ files }) => files)];
  expect(new Set(runs.map(({ runId }) => runId)).size).toBe(documents);
});

test('A-02: a short run has batches that are handed in twice, cancelled, and ended by themselves', async () => {
  const { batches } = await plan(5);
  expect(batches.map(({ repeated, cancelAfterMs }) => [repeated, cancelAfterMs !== null])).toEqual([
    [true, false],
    [false, false],
    [true, false],
    [false, true],
    [true, false],
    [false, false],
  ]);
});

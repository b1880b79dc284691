import { expect, test } from 'vitest';
import { decideEmission, type StandingOutcome } from './fence.ts';

const here = { topic: 'integration.tasks.normal', partition: 3 };
const row: StandingOutcome = {
  outcomeId: 'winner',
  state: 'claimed',
  event: Buffer.from('event'),
  terminalTopic: 'documents.completed',
  terminalPartition: 1,
  scanFrom: 7n,
  claimedAt: 1,
  home: 'integration.tasks.normal/3',
};

test('the record that inserted the outcome emits', () => {
  expect(decideEmission({ won: true, row, here })).toEqual({ kind: 'emit' });
});

test('M-15: a published outcome is skipped in every partition', () => {
  const published = { ...row, state: 'published' as const };
  expect(decideEmission({ won: false, row: published, here })).toEqual({ kind: 'skip' });
  expect(decideEmission({ won: false, row: published, here: { ...here, partition: 4 } })).toEqual({
    kind: 'skip',
  });
});

test('M-15: in its home partition a claimed outcome is scanned for, then emitted, whichever ending arrives', () => {
  expect(decideEmission({ won: false, row, here })).toEqual({ kind: 'scan-then-emit' });
});

test('M-15: in another partition a claimed outcome is not emitted: the ending moves to its home', () => {
  const elsewhere = { topic: 'integration.tasks.urgent', partition: 3 };
  expect(decideEmission({ won: false, row, here: elsewhere })).toEqual({ kind: 'move', to: here });
});

import { reportTo } from '@docfleet/stack';
import { expect, test } from 'vitest';
import { chooseParts, closingLine, exitCodeOf, Tally, type Part } from './tally.ts';

const tallyOf = (): Tally =>
  new Tally(
    reportTo(() => undefined),
    String,
  );
const part = (run: Part<undefined>['run']): Part<undefined> => ({ name: 'part', checks: ['a', 'b'], run });

test('a check that a part does not come to has failed', async () => {
  const tally = tallyOf();
  await tally.part(
    part(async () => {
      await tally.check('a', () => Promise.resolve());
      throw new Error('no cluster');
    }),
    undefined,
  );
  expect(tally.counts()).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(tally.failed()).toEqual(['b']);
});

test('a failed check does not keep the next one from running', async () => {
  const tally = tallyOf();
  await tally.part(
    part(async () => {
      await tally.check('a', () => Promise.reject(new Error('wrong')));
      await tally.check('b', () => Promise.resolve());
    }),
    undefined,
  );
  expect(tally.counts()).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('the last line has the counts, and only a run that proved something ends with 0', () => {
  expect(closingLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
  expect(exitCodeOf({ passed: 3, failed: 0, skipped: 2 })).toBe(0);
  expect(exitCodeOf({ passed: 3, failed: 1, skipped: 0 })).toBe(1);
  expect(exitCodeOf({ passed: 0, failed: 0, skipped: 5 })).toBe(1);
});

test('parts are chosen by name, with those that they need', () => {
  const run = (): Promise<void> => Promise.resolve();
  const parts: Part<undefined>[] = [
    { name: 'node', checks: [], run },
    { name: 'keda', checks: [], run },
    { name: 'scaling', needs: ['keda'], checks: [], run },
  ];
  const namesOf = (words: string[]): string[] => chooseParts(parts, words).wanted.map(({ name }) => name);
  expect(namesOf([])).toEqual(['node', 'keda', 'scaling']);
  expect(namesOf(['scal'])).toEqual(['keda', 'scaling']);
  expect(chooseParts(parts, ['scal']).others.map(({ name }) => name)).toEqual(['node']);
});

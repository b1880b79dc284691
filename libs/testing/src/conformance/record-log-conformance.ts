import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { hangGuardMs } from '../until.ts';
import { createBench, type Bench } from './bench.ts';
import { groupCases } from './group-cases.ts';
import type { LogHarness } from './log-harness.ts';
import { plainCases } from './plain-cases.ts';
import { readingCases } from './reading-cases.ts';
import { transactionCases } from './transaction-cases.ts';

/**
 * Every promise of the `RecordLog` port, as a suite that each log runs in a test file of its own. Cases wait for
 * conditions in real time; `setup` is called once and must give topics and clients that disturb no one.
 */
export function recordLogConformance(name: string, setup: () => Promise<LogHarness>): void {
  describe(`${name} as a record log`, { timeout: 2 * hangGuardMs }, () => {
    let harness: LogHarness | undefined;
    let bench: Bench | undefined;
    const current = (): Bench => {
      if (bench === undefined) throw new Error('no case is running');
      return bench;
    };

    beforeAll(async () => {
      harness = await setup();
    }, 2 * hangGuardMs);
    beforeEach(() => {
      if (harness !== undefined) bench = createBench(harness);
    });
    afterEach(async () => {
      await bench?.close();
    }, hangGuardMs);
    afterAll(async () => {
      await harness?.close();
    }, hangGuardMs);

    describe('reading in a group', () => {
      readingCases(current);
    });
    describe('transactions', () => {
      transactionCases(current);
    });
    describe('the group', () => {
      groupCases(current);
    });
    describe('outside a group', () => {
      plainCases(current);
    });
  });
}

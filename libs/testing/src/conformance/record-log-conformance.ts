import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { hangGuardMs } from '../until.ts';
import { createFixture, type Fixture } from './fixture.ts';
import { groupCases } from './group-cases.ts';
import type { LogHarness } from './log-harness.ts';
import { plainCases } from './plain-cases.ts';
import { readingCases } from './reading-cases.ts';
import { transactionCases } from './transaction-cases.ts';

/**
 * The conformance suite of the `RecordLog` port, for one test file of each log. Cases wait for conditions in real time;
 * `setup` is called once and must create unique topics and clients.
 */
export function recordLogConformance(name: string, setup: () => Promise<LogHarness>): void {
  describe(`${name} as a record log`, { timeout: 2 * hangGuardMs }, () => {
    let harness: LogHarness | undefined;
    let fixture: Fixture | undefined;
    const current = (): Fixture => {
      if (fixture === undefined) throw new Error('No case is running');
      return fixture;
    };

    beforeAll(async () => {
      harness = await setup();
    }, 2 * hangGuardMs);
    beforeEach(() => {
      if (harness !== undefined) fixture = createFixture(harness);
    });
    afterEach(async () => {
      await fixture?.close();
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

/** About 3 min, with servers: reviews that end by themselves, and approvals of the machine while nobody can review. */
import { readFileSync } from 'node:fs';
import { until } from '@docfleet/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hangMs, inspect, noBrowser, type WatchedPage } from '../browser.ts';
import { checkAll, openTask, reviewerKey, taskOf } from '../review-site.ts';
import { openConsoleSite, type ConsoleSite } from '../site.ts';

/**
 * How long a run is kept open for people, in milliseconds: the shortest that the review service takes. Waiting for people
 * never shortens the time that the run has, so that is the same.
 */
const expiryMs = 60_000;

/** Stages that are done once a document was validated. */
const validated = 5;

describe.skipIf(noBrowser !== undefined)('H-01: endings of reviews', { timeout: 4 * hangMs }, () => {
  let site: ConsoleSite;
  let reviewer: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    site = await openConsoleSite({
      REVIEW_POLICY: 'always',
      REVIEW_EXPIRY_MS: String(expiryMs),
      RUN_EXPIRY_MS: String(expiryMs),
      SWEEP_EVERY_MS: '1000',
    });
    reviewer = await site.open(await reviewerKey(site, 'Ada Example'));
    ({ page } = reviewer);
  }, 600_000);

  afterAll(() => site.close(), 90_000);

  const afterwardsOf = async (runId: string) => {
    const { tasks } = await site.asTenant.listReviewTasks({ runId, limit: 1 });
    return tasks.find(({ afterwards }) => afterwards);
  };

  it('a task that expires while somebody has it open says so, and its run ends once', async () => {
    const task = await taskOf(site, 'receipt-digital.pdf', 'expires.pdf');
    await openTask(site, page, task);
    const job = await site.asTenant.waitForEnd(task.runId);
    expect(job.status).toBe('expired');
    await page.locator('[data-item$="/total"]').focus();
    await page.keyboard.press('x');
    await page.getByText('This review has ended elsewhere').waitFor();
    expect(await inspect(page, 'review-expired')).toEqual([]);
    const { tasks } = await site.asTenant.listReviewTasks({ runId: task.runId, state: 'closed' });
    expect(tasks.map(({ taskId, decision }) => [taskId, decision])).toEqual([[task.taskId, null]]);
  });

  it('L3: what is sure ends approved without a person, and is found in the queue once reviews are possible', async () => {
    const order = (state: 'open' | null) =>
      site.asOperator.orderFleet({
        body: { order: { kind: 'breaker', breaker: 'review', state }, reason: 'nobody can review' },
      });
    await order('open');
    await until(
      'the fleet works at L3',
      async () => (await site.asOperator.readFleet()).level?.level === 'L3',
    );
    const submit = async (
      sample: string,
      documentClass: 'ad-buy' | 'letter' | 'receipt' | 'registration-form',
    ): Promise<string> => {
      const content = new Blob([readFileSync(site.sample(sample))]);
      return (await site.asTenant.submitFile({ content, name: sample }, { documentClass })).runId;
    };
    const runIds = await Promise.all([
      submit('ad-buy-digital.pdf', 'ad-buy'),
      submit('letter-digital.pdf', 'letter'),
      submit('registration-form-digital.pdf', 'registration-form'),
      submit('receipt-digital.pdf', 'receipt'),
    ]);
    const readAll = () => Promise.all(runIds.map((runId) => site.asTenant.readJob({ runId })));
    await until(
      'each has ended, or waits for the review service',
      async () =>
        (await readAll()).every(
          ({ endedAt, progress }) => endedAt !== null || progress.stagesDone >= validated,
        ),
      hangMs,
    );
    // What ends does so at once: nothing else is left to do for it.
    await until(
      'one has ended',
      async () => (await readAll()).some(({ endedAt }) => endedAt !== null),
      hangMs,
    );
    const ended = (await readAll()).filter(({ endedAt }) => endedAt !== null);
    const unsure = (await readAll()).find(({ fileName }) => fileName === 'receipt-digital.pdf')?.runId ?? '';
    const [job] = ended;
    if (job === undefined) throw new Error('no document was approved');
    const sure = job.runId;
    expect(ended.map(({ verdict }) => verdict)).toEqual(ended.map(() => 'approve'));
    expect(
      ended.every(({ documents }) =>
        documents[0]?.findings.some((text) => text.includes('reviewed afterwards')),
      ),
    ).toBe(true);
    expect(ended.map(({ runId }) => runId)).not.toContain(unsure);
    expect((await site.asTenant.listReviewTasks({ runId: sure })).tasks).toEqual([]);
    await order(null);
    await until(
      'what was approved is found again',
      async () => (await afterwardsOf(sure)) !== undefined,
      hangMs,
    );
    await until(
      'what was not sure waits for a person',
      async () => (await site.asTenant.listReviewTasks({ runId: unsure })).tasks.length === 1,
      hangMs,
    );
    await until(
      'its run is in review',
      async () => (await site.asTenant.readJob({ runId: unsure })).status === 'in_review',
      hangMs,
    );

    const task = await afterwardsOf(sure);
    if (task === undefined) throw new Error('the task is gone');
    await openTask(site, page, task);
    await page.getByText('Approved by the machine while no reviews were possible').waitFor();
    expect(await page.getByRole('button', { name: 'Reject' }).count()).toBe(0);
    const found = [...(await inspect(page, 'review-afterwards'))];
    await checkAll(page);
    await page.getByRole('button', { name: 'Approve and next' }).click();
    await until('it is decided', async () => {
      const { tasks } = await site.asTenant.listReviewTasks({ runId: sure, state: 'decided' });
      return tasks.length === 1;
    });
    // The result that was delivered stays.
    const after = await site.asTenant.readJob({ runId: sure });
    expect([after.endedAt, after.verdict, after.revision]).toEqual([job.endedAt, 'approve', job.revision]);
    expect(found).toEqual([]);
  });

  it('nothing went wrong in the page, and nobody else was called', () => {
    expect(reviewer.faults.filter((fault) => !fault.includes('status of 409'))).toEqual([]);
  });
});

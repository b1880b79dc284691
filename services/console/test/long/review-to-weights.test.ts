/** About 3 min, with servers: what people correct in the work place becomes weights that extraction follows, and is taken back. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { ReviewTaskSummary } from '@docfleet/client';
import { writeSamples } from '@docfleet/samples';
import { until } from '@docfleet/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hangMs, noBrowser, type WatchedPage } from '../browser.ts';
import { repository } from '../fleet.ts';
import { checkAll, openReviewSite, openTask, reviewerKey, taskOfContent } from '../review-site.ts';
import type { ConsoleSite } from '../site.ts';

/** Receipts that people review: too few for a gain, enough to fit weights. */
const seeds = [1, 2, 3, 4, 5] as const;

const run = promisify(execFile);

describe.skipIf(noBrowser !== undefined)(
  'H-03: from a review to weights in use',
  { timeout: 4 * hangMs },
  () => {
    let site: ConsoleSite;
    let reviewer: WatchedPage;
    let page: Page;
    let folder: string;
    const receipts: Buffer[] = [];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'docfleet-weights-'));
      for (const seed of seeds) {
        const samples = await writeSamples(join(folder, `samples-${String(seed)}`), seed);
        receipts.push(
          readFileSync(samples.find(({ path }) => path.endsWith('receipt-digital.pdf'))?.path ?? ''),
        );
      }
      site = await openReviewSite();
      reviewer = await site.open(await reviewerKey(site, 'Ada Example'));
      ({ page } = reviewer);
    }, 600_000);

    afterAll(async () => {
      await site.close();
      rmSync(folder, { recursive: true, force: true });
    }, 90_000);

    /** A command of the command line, as the tenant-admin. */
    const call = async (program: string, ...argv: readonly string[]): Promise<string> => {
      const { api, apiKey } = site.fleet;
      // eslint-disable-next-line no-restricted-properties -- a test has no main.ts in front of it
      const { PATH, HOME } = process.env;
      const { stdout } = await run(process.execPath, ['--conditions=docfleet-source', program, ...argv], {
        cwd: repository,
        env: { PATH, HOME, DOCFLEET_API: api, DOCFLEET_API_KEY: apiKey, DOCFLEET_ROOT: repository },
      });
      return stdout;
    };
    const train = (...argv: readonly string[]): Promise<string> =>
      call('tools/train/src/main.ts', 'weights', '--class', 'receipt', ...argv);

    /** How sure extraction is of each field of the first receipt now: the weights decide it. */
    const confidences = async (name: string): Promise<string> => {
      const [bytes] = receipts;
      const task = await taskOfContent(site, bytes ?? Buffer.alloc(0), name);
      const { documents } = await site.asTenant.readReviewTask({ taskId: task.taskId });
      return JSON.stringify(
        documents.map(({ fields }) => fields.map((field) => [field.name, field.confidence])),
      );
    };

    const readTotal = async ({ runId }: ReviewTaskSummary): Promise<string | undefined> => {
      const job = await site.asTenant.waitForEnd(runId);
      return job.documents[0]?.fields.find(({ name }) => name === 'total')?.source;
    };

    it('corrections become labels, weights that extraction follows, and a roll-back takes them back', async () => {
      const before = await confidences('before.pdf');
      for (const [at, bytes] of receipts.entries()) {
        const task = await taskOfContent(site, bytes, `receipt-${String(at)}.pdf`);
        await openTask(site, page, task);
        await checkAll(page);
        await page.locator('[data-item$="/total"]').focus();
        await page.keyboard.press('e');
        await page.keyboard.type(`${String(90 + at)}.50`);
        await page.keyboard.press('Enter');
        await until('it is stored', async () => (await page.locator('.saving').textContent()) === '');
        await page.getByRole('button', { name: 'Approve and next' }).click();
        expect(await readTotal(task)).toBe('person');
      }

      const labels = join(folder, 'labels');
      const exported = await call('tools/operate/src/main.ts', 'labels', 'export', '--to', labels);
      expect(exported).toContain(`${String(seeds.length)} labelled documents`);
      const rows = readFileSync(join(labels, 'receipt/labels.jsonl'), 'utf8').trim().split('\n');
      expect(rows.map((row) => (JSON.parse(row) as { total: string }).total).sort()).toEqual(
        seeds.map((_, at) => `${String(90 + at)}.50`),
      );
      await call('tools/train/src/main.ts', 'readings', join(labels, 'receipt'));
      const published = await train(
        ...['--labels', join(labels, 'receipt/labels.jsonl')],
        ...['--readings', join(labels, 'receipt/readings.jsonl')],
        ...['--start', 'current', '--l2', '0.02', '--even-if-worse', '--publish', site.fleet.weights],
      );
      process.stdout.write(published);
      expect(published).toMatch(/^mean of groups/m);

      let asked = 0;
      await until('extraction follows the weights', async () => {
        asked += 1;
        return (await confidences(`after-${String(asked)}.pdf`)) !== before;
      });
      await train('--rollback', site.fleet.weights);
      await until('extraction has the weights of the class again', async () => {
        asked += 1;
        return (await confidences(`again-${String(asked)}.pdf`)) === before;
      });
    });

    it('nothing went wrong in the page, and nobody else was called', () => {
      expect(reviewer.faults).toEqual([]);
    });
  },
);

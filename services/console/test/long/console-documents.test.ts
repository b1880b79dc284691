/** About 2 min, with servers: large documents, figures of speed, a slow network, and the views of classes and webhooks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '@docfleet/client';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hangMs, inspect, noBrowser, openPage } from '../browser.ts';
import { go, openConsoleSite, type ConsoleSite } from '../site.ts';

const pageCount = 200;

describe.skipIf(noBrowser !== undefined)(
  'H-02: the console with much to show',
  { timeout: 2 * hangMs },
  () => {
    let site: ConsoleSite;
    let job: Job;

    beforeAll(async () => {
      site = await openConsoleSite();
      const content = new Blob([readFileSync(site.sample('invoice-scanned.pdf'))]);
      const { runId } = await site.asTenant.submitFile({ content, name: 'invoice.pdf' });
      job = await site.asTenant.waitForEnd(runId);
    }, 600_000);

    afterAll(() => site.close(), 90_000);

    /** The document as one of many pages, each of which is its first one. */
    const openLarge = async (page: Page): Promise<void> => {
      const first = Buffer.from(
        await (await site.asTenant.readArtifact({ runId: job.runId, name: 'page-1' })).arrayBuffer(),
      );
      await page.route(`**/v1/jobs/${job.runId}`, (route) => route.fulfill({ json: { ...job, pageCount } }));
      await page.route(`**/v1/jobs/${job.runId}/artifacts/page-*`, (route) =>
        route.fulfill({ body: first, contentType: first[0] === 0xff ? 'image/jpeg' : 'image/png' }),
      );
      await page.goto(`${site.fleet.api}/console/documents/${job.runId}`);
      await page.locator('.boxes').waitFor();
    };

    /** Frames a second while something is done, as the browser paints them. */
    const framesWhile = async (page: Page, what: () => Promise<void>): Promise<number> => {
      await page.evaluate(() => {
        const counted = { frames: 0, since: performance.now() };
        const count = (): void => {
          counted.frames += 1;
          requestAnimationFrame(count);
        };
        requestAnimationFrame(count);
        (globalThis as unknown as { counted: typeof counted }).counted = counted;
      });
      await what();
      return page.evaluate(() => {
        const { counted } = globalThis as unknown as { counted: { frames: number; since: number } };
        return (counted.frames * 1_000) / (performance.now() - counted.since);
      });
    };

    it('the small images of 200 pages stay quick: few exist, and the last page is there at once', async () => {
      const { page, faults } = await site.open(site.fleet.apiKey);
      await openLarge(page);
      expect(await page.locator('.thumbnails li').count()).toBeLessThan(30);
      const frames = await framesWhile(page, async () => {
        for (let top = 0; top < 26_000; top += 400) {
          await page.locator('.thumbnails').evaluate((list, to) => {
            list.scrollTop = to;
          }, top);
        }
      });
      const before = performance.now();
      await page.getByRole('button', { name: 'Page 200', exact: true }).click();
      await page.getByText('Page 200 of 200').first().waitFor();
      const ms = performance.now() - before;
      process.stdout.write(
        `200 pages: ${frames.toFixed(0)} frames a second while scrolling, ${ms.toFixed(0)} ms to the last page\n`,
      );
      expect(await page.locator('.thumbnails li').count()).toBeLessThan(30);
      expect(await inspect(page, 'document-200-pages')).toEqual([]);
      expect(faults).toEqual([]);
      await page.context().close();
    });

    it('frames while zooming are printed', async () => {
      const { page } = await site.open(site.fleet.apiKey);
      await openLarge(page);
      const frames = await framesWhile(page, async () => {
        for (const name of ['Zoom in', 'Zoom out']) {
          for (let steps = 0; steps < 8; steps += 1) await page.getByRole('button', { name }).click();
        }
      });
      process.stdout.write(`zooming a page of 200: ${frames.toFixed(0)} frames a second\n`);
      expect(frames).toBeGreaterThan(0);
      await page.context().close();
    });

    it('the time until the first view can be used on a processor of a quarter is printed', async () => {
      const { page } = await openPage(site.browser, site.fleet.api);
      const session = await page.context().newCDPSession(page);
      await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
      const before = performance.now();
      await page.goto(`${site.fleet.api}/console/#key=${site.fleet.apiKey}`);
      await page.getByRole('button', { name: 'Choose files' }).waitFor();
      expect(await page.evaluate(() => document.readyState)).not.toBe('loading');
      process.stdout.write(
        `first view with a quarter of the processor: ${((performance.now() - before) / 1_000).toFixed(2)} s\n`,
      );
      await page.context().close();
    });

    it('on a slow network a view says that it loads, and then shows what it has', async () => {
      const { page, faults } = await site.open(site.fleet.apiKey);
      const session = await page.context().newCDPSession(page);
      await session.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 800,
        downloadThroughput: 50_000,
        uploadThroughput: 20_000,
      });
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Documents' }).click();
      await page.getByText('Loading …').first().waitFor();
      await page.getByRole('link', { name: 'invoice.pdf' }).waitFor();
      expect(faults).toEqual([]);
      await page.context().close();
    });

    it('a class shows fields and rules, and an evaluation what a threshold means', async () => {
      const { page, faults } = await site.open(site.fleet.apiKey);
      await go(page, 'Classes');
      await page.getByRole('button', { name: /receipt/ }).click();
      const found = [...(await inspect(page, 'classes'))];
      const values = Array.from({ length: 200 }, (_, index) => ({
        document: `d${String(index % 50)}`,
        field: 'total',
        confidence: (index % 100) / 100,
        isRight: index % 100 > 30,
      }));
      const report = {
        ...{
          documentClass: 'receipt',
          classVersion: 1,
          set: 'test',
          at: new Date().toISOString(),
          documents: 50,
        },
        fields: [{ field: 'total', precision: 0.9, recall: 0.8, f1: 0.85 }],
        values,
      };
      const file = join(site.fleet.folder, 'report.json');
      writeFileSync(file, JSON.stringify(report));
      await page.locator('input[type=file]').setInputFiles(file);
      await page.getByText('Set it as thresholds.field').waitFor();
      await page.getByRole('slider').press('Home');
      await page.getByText('At least 80%').waitFor();
      found.push(...(await inspect(page, 'classes-evaluation')));
      writeFileSync(file, '{}');
      await page.locator('input[type=file]').setInputFiles(file);
      await page.getByText('is no report of an evaluation').waitFor();
      expect(found).toEqual([]);
      expect(faults).toEqual([]);
      await page.context().close();
    });

    it('a span of time of a webhook is sent again', async () => {
      const { page, faults } = await site.open(site.fleet.apiKey);
      const { endpointId } = await site.asTenant.createWebhook({ body: { url: 'https://example.org/span' } });
      await site.asTenant.testWebhook({ endpointId });
      await go(page, 'Webhooks');
      await page.getByRole('button', { name: 'Send a span of time again: https://example.org/span' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('State').selectOption('');
      const found = await inspect(page, 'webhook-span');
      await dialog.getByRole('button', { name: 'Send again' }).click();
      await page.getByText('will be sent again.').waitFor();
      expect(found).toEqual([]);
      expect(faults).toEqual([]);
      await page.context().close();
    });

    it('a document that has ended is processed again as a new one', async () => {
      const { page, faults } = await site.open(site.fleet.apiKey);
      await page.goto(`${site.fleet.api}/console/documents/${job.runId}`);
      await page.getByRole('button', { name: 'Process again' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Process again' }).click();
      await page.waitForURL((url) => !url.pathname.endsWith(job.runId));
      await page.getByRole('heading', { level: 1, name: 'invoice.pdf' }).waitFor();
      expect(faults).toEqual([]);
      await page.context().close();
    });
  },
);

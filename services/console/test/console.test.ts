import process from 'node:process';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dropFiles, hangMs, inspect, noBrowser, openPage, type WatchedPage } from './browser.ts';
import { go, openConsoleSite, type ConsoleSite } from './site.ts';

/** Largest script of the first view as it is sent, in bytes. */
const scriptBudget = 250_000;

/** A phone of some years ago beside a usual computer. */
const slowness = 4;

/** What a tenant does. What the other roles do, and how people sign in, is in `long`. */
describe.skipIf(noBrowser !== undefined)('H-02: the console in a browser', { timeout: 2 * hangMs }, () => {
  let site: ConsoleSite;
  let tenant: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    site = await openConsoleSite();
    tenant = await site.open(site.fleet.apiKey);
    ({ page } = tenant);
  }, 600_000);

  afterAll(() => site.close(), 90_000);

  it('a link signs in, and its key leaves the address', async () => {
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    expect(page.url()).toBe(`${site.fleet.api}/console/home`);
    expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
  });

  it('a link with a key signs nobody in where the gateway has no development key', async () => {
    const { page: other } = await openPage(site.browser, site.fleet.api);
    const config = { providers: [], keyLinks: false };
    await other.route('**/console/config.json', (route) => route.fulfill({ json: config }));
    await other.goto(`${site.fleet.api}/console/#key=${site.fleet.apiKey}`);
    await other.getByLabel('API key').waitFor();
    expect(other.url()).toBe(`${site.fleet.api}/console/`);
    expect(await other.evaluate(() => sessionStorage.length)).toBe(0);
    await other.context().close();
  });

  it('the scripts of the first view are small', async () => {
    const sent = await page.evaluate(() =>
      (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
        .filter(({ name }) => name.endsWith('.js'))
        .map(({ encodedBodySize }) => encodedBodySize),
    );
    expect(sent.length).toBeGreaterThan(1);
    expect(sent.reduce((sum, bytes) => sum + bytes)).toBeLessThan(scriptBudget);
  });

  it('the first view can be used soon, also on a slow processor', async () => {
    const { page: slow } = await openPage(site.browser, site.fleet.api);
    const session = await slow.context().newCDPSession(slow);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowness });
    const measure = async (): Promise<number> => {
      await slow.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
      // A frame that is drawn, and a turn of the queue of events after it: an input would be answered now.
      return slow.evaluate(
        () =>
          new Promise<number>((done) => {
            requestAnimationFrame(() => {
              setTimeout(() => {
                done(performance.now());
              });
            });
          }),
      );
    };
    await slow.goto(`${site.fleet.api}/console/#key=${site.fleet.apiKey}`);
    const first = await measure();
    await slow.reload();
    const again = await measure();
    process.stdout.write(
      `first view at ${String(slowness)}x CPU throttling: ${(first / 1_000).toFixed(2)} s, loaded again ${(again / 1_000).toFixed(2)} s\n`,
    );
    expect(first).toBeGreaterThan(0);
    await slow.context().close();
  });

  it('files that are dropped become documents, and are shown on their way to the end', async () => {
    await dropFiles(page, [site.sample('invoice-digital.pdf'), site.sample('letter-digital.pdf')]);
    const row = page.getByRole('listitem').filter({ hasText: 'invoice-digital.pdf' }).first();
    await row.getByText(/(\d+) of \1 stages/).waitFor();
    expect(await row.textContent()).toMatch(/completed/);
  });

  it('a document shows boxes and fields that lead to each other', async () => {
    await page.getByRole('link', { name: 'invoice-digital.pdf' }).first().click();
    const box = page.locator('.boxes [role=button]').first();
    await box.waitFor();
    const id = await box.getAttribute('data-field');
    await box.hover();
    await page.locator('.field[aria-pressed=true]').waitFor();
    await page.locator('.field').last().click();
    expect(page.url()).toContain('field=');
    await page.getByRole('button', { name: 'Turn' }).click();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    const active = page.locator('.box.active');
    await active.waitFor();
    expect(await active.getAttribute('data-field')).not.toBe(id);
    await page.getByRole('tab', { name: 'Life' }).click();
    await page.getByText('Delivering: done').first().waitFor();
    await page.getByRole('tab', { name: 'Files' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download result.json' }).click();
    expect((await saved).suggestedFilename()).toBe('result.json');
  });

  it('a document is found and read by keys alone', async () => {
    await go(page, 'Documents');
    await page.keyboard.press('/');
    await page.keyboard.type('invoice');
    await page.getByText('1 document ·').waitFor();
    const tabUntil = async (isThere: () => Promise<boolean>): Promise<void> => {
      for (let presses = 0; presses < 60 && !(await isThere()); presses += 1)
        await page.keyboard.press('Tab');
    };
    await tabUntil(() => page.evaluate(() => document.activeElement?.closest('[data-row]') !== null));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'invoice-digital.pdf' }).waitFor();
    await page.locator('.boxes [role=button]').first().waitFor();
    await tabUntil(() => page.evaluate(() => document.activeElement?.getAttribute('data-field') !== null));
    await page.keyboard.press('Enter');
    await page.locator('.field[aria-pressed=true]').waitFor();
    expect(page.url()).toContain('field=');
  });

  it('WCAG 2.2 AA: the views that are used most have no violation, in both themes', async () => {
    const found = [...(await inspect(page, 'document'))];
    await go(page, 'Home');
    found.push(...(await inspect(page, 'home')));
    expect(found).toEqual([]);
  });

  it('nothing went wrong in the page, and nobody else was called', () => {
    expect(tenant.faults).toEqual([]);
  });
});

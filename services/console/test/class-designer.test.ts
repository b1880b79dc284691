/** About 2 min, with servers: a class is made from examples in the browser, with the mouse and with keys. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hangMs, inspect, noBrowser, type WatchedPage } from './browser.ts';
import { deliverySlip, type DeliverySlip } from './delivery-slip.ts';
import { go, openConsoleSite, type ConsoleSite } from './site.ts';

describe.skipIf(noBrowser !== undefined)('H-02: a class from examples', { timeout: 2 * hangMs }, () => {
  let site: ConsoleSite;
  let tenant: WatchedPage;
  let page: Page;
  let slips: readonly DeliverySlip[];

  beforeAll(async () => {
    slips = await Promise.all([1, 2, 3, 4, 5].map(deliverySlip));
    site = await openConsoleSite();
    tenant = await site.open(site.fleet.apiKey);
    ({ page } = tenant);
  }, 600_000);

  afterAll(() => site.close(), 90_000);

  const word = (text: string) => page.getByRole('button', { name: text, exact: true });

  it('says what is missing until a class can be proposed', async () => {
    await go(page, 'New class');
    await page.getByText('Say what such a document is called.').waitFor();
    await page.getByLabel('What such a document is called').fill('Delivery slip');
    await page.getByText('Name in files: delivery-slip').waitFor();
    await page.getByText('Add at least one field.').waitFor();
    for (const [name, type] of [
      ['Number', 'identifier'],
      ['Date', 'date'],
    ] as const) {
      const form = page.locator('form.draft-new');
      await form.getByLabel('Name of the field').fill(name);
      await form.getByLabel('Type').selectOption(type);
      await page.getByRole('button', { name: 'Add field' }).click();
    }
    await page.getByText('Add at least 5 examples.').waitFor();
    expect(await page.getByRole('radio').count()).toBe(2);
  });

  it('reads documents that are added as examples', async () => {
    const files = slips.map(({ pdf }, n) => ({
      name: `slip-${String(n + 1)}.pdf`,
      mimeType: 'application/pdf',
      buffer: pdf,
    }));
    await page.locator('input[type=file]').setInputFiles(files);
    await page.getByText('0 of 2 marked').nth(4).waitFor();
    expect(await page.getByText('0 of 2 marked').count()).toBe(5);
  });

  it('marks values by pressing words', async () => {
    for (const [n, { number, date }] of slips.slice(0, 4).entries()) {
      await page.getByRole('button', { name: `Open slip-${String(n + 1)}.pdf` }).click();
      await page.getByRole('radio', { name: 'Mark Number' }).check();
      await word(number).first().click();
      await page.getByRole('radio', { name: 'Mark Date' }).check();
      await word(date).first().click();
      await page.getByText('2 of 2 marked').nth(n).waitFor();
    }
    expect(await inspect(page, 'class-designer')).toEqual([]);
  });

  it('marks values by keys alone', async () => {
    const { number, date } = slips.at(-1) ?? missing();
    await page.getByRole('button', { name: 'Open slip-5.pdf' }).press('Enter');
    for (const [field, text] of [
      ['Number', number],
      ['Date', date],
    ] as const) {
      await page.getByRole('radio', { name: `Mark ${field}` }).press(' ');
      await page.locator('.mark-word[tabindex="0"]').focus();
      const isThere = async (): Promise<boolean> =>
        (await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))) === text;
      for (let presses = 0; presses < 80 && !(await isThere()); presses += 1)
        await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: `${text}, ${field}` }).waitFor();
    }
    await page.getByText('2 of 2 marked').nth(4).waitFor();
    expect(await page.locator('.mark-word.marked').count()).toBe(2);
  });

  it('keeps the draft over a reload of the page', async () => {
    await page.reload();
    await page.getByText('2 of 2 marked').nth(4).waitFor();
    expect(await page.getByLabel('What such a document is called').inputValue()).toBe('Delivery slip');
  });

  it('proposes the class with its score, and saves its files', async () => {
    await page.getByRole('button', { name: 'Propose the class' }).click();
    await page.getByRole('heading', { name: 'Proposed class' }).waitFor();
    await page.getByRole('row', { name: /^All fields 10 of 10/ }).waitFor();
    expect(await inspect(page, 'class-proposed')).toEqual([]);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the class file' }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toBe('v1.yaml');
    expect(readFileSync(await file.path(), 'utf8')).toMatch(/^name: delivery-slip$/m);
  });

  it('nothing went wrong in the page, and nobody else was called', () => {
    expect(tenant.faults).toEqual([]);
  });
});

function missing(): never {
  throw new Error('there is no slip');
}

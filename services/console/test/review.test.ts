import type { ReviewTaskSummary } from '@docfleet/client';
import { until } from '@docfleet/testing';
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hangMs, inspect, noBrowser, openPage, type WatchedPage } from './browser.ts';
import { settleMs } from '../src/model/decision-guard.ts';
import {
  checkAll,
  currentItem,
  keyboard,
  leaseMs,
  leftToCheck,
  openReviewSite,
  openTask,
  reviewerKey,
  taskOf,
  taskOfContent,
} from './review-site.ts';
import { packet } from './packet.ts';
import { go, type ConsoleSite } from './site.ts';

/** Time that a practised person needs for a key, in milliseconds: the keystroke-level model (Card, Moran, Newell 1980) has 200. */
const keyMs = 200;

/** Time to look at a value and judge it: the model's mental operator, in milliseconds. */
const judgeMs = 1_350;

/** What people who review do, by keyboard where it is said. */
describe.skipIf(noBrowser !== undefined)('H-01: review in a browser', { timeout: 2 * hangMs }, () => {
  let site: ConsoleSite;
  let reviewer: WatchedPage;
  let page: Page;
  const tasks: ReviewTaskSummary[] = [];

  beforeAll(async () => {
    site = await openReviewSite();
    const sample = 'receipt-digital.pdf';
    for (const name of ['receipt-1.pdf', 'receipt-2.pdf', 'receipt-3.pdf', 'receipt-4.pdf']) {
      tasks.push(await taskOf(site, sample, name));
    }
    reviewer = await site.open(await reviewerKey(site, 'Ada Example'));
    ({ page } = reviewer);
  }, 600_000);

  afterAll(() => site.close(), 90_000);

  it('the queue shows what waits, by class, and one key opens the next document', async () => {
    await page.goto(`${site.fleet.api}/console/review`);
    await page.getByRole('link', { name: 'receipt-4.pdf' }).waitFor();
    await page.getByText('4 waiting').waitFor();
    const found = [...(await inspect(page, 'review-queue'))];
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Approve and next' }).waitFor();
    await page.locator('.boxes').waitFor();
    found.push(...(await inspect(page, 'review-work')));
    expect(found).toEqual([]);
  });

  it('a receipt is reviewed by keyboard alone in less than 15 s', async () => {
    const name = await page.getByRole('heading', { level: 1 }).textContent();
    const { measured, press, type, wait } = keyboard(page);
    let judged = 0;
    for (let open = await leftToCheck(page); open > 0; open -= 1) {
      const item = await currentItem(page);
      judged += 1;
      await press('Enter');
      // What the machine did not find is typed.
      if (await page.locator('.work-editor').isVisible()) {
        await type('12 High Street');
        await press('Enter');
      }
      await wait(() =>
        until(
          'the next value has the focus',
          async () => (await currentItem(page)) !== item || (await leftToCheck(page)) < open,
        ),
      );
    }
    // A value that is wrong is typed over.
    await page.locator('[data-item$="/total"]').focus();
    await press('e');
    await type('99.50');
    await press('Enter');
    judged += 1;
    await press('a');
    await wait(() =>
      page
        .getByRole('heading', { level: 1 })
        .filter({ hasNotText: name ?? '' })
        .waitFor(),
    );
    const seconds = (measured.keys * keyMs + judged * judgeMs + measured.waitedMs) / 1_000;
    process.stdout.write(
      `review of a receipt: ${String(measured.keys)} keys, ${String(judged)} values judged, ${(measured.waitedMs / 1_000).toFixed(2)} s waited: ${seconds.toFixed(1)} s\n`,
    );
    expect(measured.keys).toBeLessThan(40);
    expect(seconds).toBeLessThan(15);
    const ended = tasks.find(({ fileName }) => fileName === name);
    const job = await site.asTenant.waitForEnd(ended?.runId ?? '');
    expect([job.status, job.verdict]).toEqual(['completed', 'approve']);
    expect(job.documents[0]?.fields.find((field) => field.name === 'total')?.normalised).toBe('99.50');
  });

  it('two people who review get different documents, and one who opens the other one is told who holds it', async () => {
    const other = await site.open(await reviewerKey(site, 'Grace Example'));
    await other.page.goto(`${site.fleet.api}/console/review`);
    await other.page.getByRole('button', { name: 'Review the next document' }).click();
    await other.page.locator('.boxes').waitFor();
    expect(other.page.url()).not.toBe(page.url());
    await other.page.goto(page.url());
    await other.page.getByText('Ada Example holds this document').waitFor();
    expect(await other.page.getByRole('button', { name: 'Approve and next' }).isDisabled()).toBe(true);
    expect(await inspect(other.page, 'review-held')).toEqual([]);
    expect(other.faults).toEqual([]);
    await other.page.context().close();
  });

  it('a page that is loaded again claims nothing more; a held key and a double click decide one document', async () => {
    const task = await taskOf(site, 'receipt-digital.pdf', 'held-key.pdf');
    for (const name of ['after-1.pdf', 'after-2.pdf', 'after-3.pdf'])
      await taskOf(site, 'receipt-digital.pdf', name);
    const claims: string[] = [];
    const decisions: string[] = [];
    const changes: unknown[] = [];
    const note = (request: Request): void => {
      if (request.url().endsWith('/changes'))
        changes.push(...(request.postDataJSON() as { readonly changes: readonly unknown[] }).changes);
      if (request.method() === 'POST' && request.url().endsWith('/v1/review/next'))
        claims.push(request.url());
      if (request.url().endsWith('/decision')) decisions.push(request.url());
    };
    page.on('request', note);
    await openTask(site, page, task);
    // Enter that is held accepts the value in focus and none of those that get the focus afterwards.
    const total = page.locator('[data-item$="/total"]');
    await total.focus();
    for (let count = 0; count < 6; count += 1) {
      await page.keyboard.down('Enter');
      await page.waitForTimeout(50);
    }
    await page.keyboard.up('Enter');
    await until(
      'the accepted value is stored',
      async () => changes.length > 0 && (await page.locator('.saving').textContent()) === '',
    );
    expect(changes).toEqual([{ op: 'confirm', document: 1, field: 'total' }]);
    expect(await leftToCheck(page)).toBeGreaterThan(0);
    expect(await page.locator('.work-editor').count()).toBe(0);
    await checkAll(page);
    for (let load = 0; load < 3; load += 1) {
      // The next document is got ready: it is claimed, or claimed again.
      const isReady = page.waitForResponse(
        (response) =>
          response.url().endsWith('/v1/review/next') ||
          (response.url().endsWith('/claim') &&
            response.request().method() === 'PUT' &&
            !response.url().includes(task.taskId)),
      );
      await page.reload();
      await isReady;
    }
    expect(claims.length).toBeLessThanOrEqual(1);

    const heading = page.getByRole('heading', { level: 1 });
    await page.locator('.boxes').waitFor();
    await page.waitForTimeout(settleMs);
    let shownAt: number | undefined;
    await until('the next document has been shown for longer than keys are ignored', async () => {
      await page.keyboard.down('a');
      if ((await heading.textContent()) !== task.fileName) shownAt ??= performance.now();
      return shownAt !== undefined && performance.now() - shownAt > 2 * settleMs;
    });
    await page.keyboard.up('a');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(decisions).toHaveLength(1);

    await checkAll(page);
    const second = (await heading.textContent()) ?? '';
    await page.getByRole('button', { name: 'Approve and next' }).dblclick();
    await heading.filter({ hasNotText: second }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(decisions).toHaveLength(2);

    // By the menu, too, a document goes back to the queue.
    const open = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const released = page.waitForResponse(
      (response) => response.request().method() === 'DELETE' && response.url().includes(`${open}/claim`),
    );
    await go(page, 'Review');
    expect((await released).status()).toBe(200);
    page.off('request', note);
  });

  it('a claim that ends while somebody types loses nothing', async () => {
    const task = await taskOf(site, 'receipt-digital.pdf', 'lease.pdf');
    await openTask(site, page, task);
    await page.locator('[data-item$="/total"]').focus();
    await page.keyboard.press('e');
    await page.keyboard.type('77.70');
    // Nothing is done for longer than a claim lasts, and somebody else takes the document.
    await page.getByText('Your claim has ended').waitFor({ timeout: 3 * leaseMs });
    await site.asTenant.claimReviewTask({ taskId: task.taskId, body: {} });
    await page.keyboard.press('Enter');
    await page.getByText('1 change of yours is not stored').waitFor();
    expect(await inspect(page, 'review-lease-lost')).toEqual([]);
    await page.reload();
    await page.getByText('1 change of yours is not stored').waitFor();
    await site.asTenant.releaseReviewTask({ taskId: task.taskId });
    await page.getByRole('button', { name: 'Take it' }).click();
    await until('the change is stored', async () => {
      const { documents } = await site.asTenant.readReviewTask({ taskId: task.taskId });
      return documents[0]?.fields.find(({ name }) => name === 'total')?.value === '77.70';
    });
  });

  it('what is typed while the network is away, or the gateway restarts, is stored afterwards', async () => {
    const task = await taskOf(site, 'receipt-digital.pdf', 'offline.pdf');
    await openTask(site, page, task);
    const valueOf = async (field: string): Promise<string | undefined> => {
      const { documents } = await site.asTenant.readReviewTask({ taskId: task.taskId });
      return documents[0]?.fields.find(({ name }) => name === field)?.value;
    };
    const typeTotal = async (value: string): Promise<void> => {
      await page.locator('[data-item$="/total"]').focus();
      await page.keyboard.press('e');
      await page.keyboard.type(value);
      await page.keyboard.press('Enter');
    };
    await page.context().setOffline(true);
    await typeTotal('11.11');
    await page.getByText('Go on: changes are stored when it does').waitFor();
    expect(await inspect(page, 'review-offline')).toEqual([]);
    await page.context().setOffline(false);
    await until('the first change is stored', async () => (await valueOf('total')) === '11.11');
    site.fleet.killGateway();
    await typeTotal('22.22');
    await site.fleet.gatewayIsReady();
    await until(
      'the second change is stored',
      async () => (await valueOf('total').catch(() => '')) === '22.22',
    );
    await page.getByText('Go on: changes are stored when it does').waitFor({ state: 'detached' });
  });

  it('words of the page fill a field, a box that is drawn does so too, and undo takes it back', async () => {
    const task = await taskOf(site, 'receipt-digital.pdf', 'words.pdf');
    await openTask(site, page, task);
    const total = page.locator('[data-item$="/total"]');
    const before = await total.locator('.field-value').textContent();
    await total.focus();
    await page.keyboard.press('w');
    await page.locator('.words').waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Shift+ArrowRight');
    const found = [...(await inspect(page, 'review-words'))];
    await page.keyboard.press('Enter');
    const line = page.locator('.work-editor input');
    await line.waitFor();
    expect(await line.inputValue()).not.toBe('');
    found.push(...(await inspect(page, 'review-edit')));
    await page.keyboard.press('Escape');
    await total.focus();
    await page.keyboard.press('d');
    await page.locator('.draw').waitFor();
    for (const key of ['Shift+ArrowRight', 'Shift+ArrowDown', 'ArrowLeft']) await page.keyboard.press(key);
    await page.keyboard.press('Enter');
    await line.fill('33.33');
    await page.keyboard.press('Enter');
    await total.filter({ hasText: '33.33' }).waitFor();
    await total.focus();
    await page.keyboard.press('z');
    await total.filter({ hasText: before ?? '' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    found.push(...(await inspect(page, 'review-keys')));
    await page.keyboard.press('Escape');
    expect(found).toEqual([]);
  });

  it('a table is corrected, a document is rejected with a reason, and another one is sent back as another class', async () => {
    const invoice = await taskOf(site, 'invoice-digital.pdf', 'table.pdf');
    await openTask(site, page, invoice);
    const read = async (taskId: string) => (await site.asTenant.readReviewTask({ taskId })).documents[0];
    const cell = page.locator('.cell').first();
    await cell.fill('Corrected');
    await cell.press('Enter');
    await page.getByRole('button', { name: 'Add a row' }).first().click();
    await page.getByRole('button', { name: 'Remove row 1', exact: true }).click();
    await until('the table is stored', async () => {
      const rows = (await read(invoice.taskId))?.rows ?? [];
      return rows.at(-1)?.state === 'added' && rows.some(({ state }) => state === 'removed');
    });
    const found = [...(await inspect(page, 'review-table'))];
    await page.locator('[data-item]').first().focus();
    await page.keyboard.press('r');
    await page.getByLabel('Reason').fill('not ours');
    found.push(...(await inspect(page, 'review-reject')));
    await page.keyboard.press('Enter');
    expect((await site.asTenant.waitForEnd(invoice.runId)).verdict).toBe('reject');

    const letter = await taskOf(site, 'letter-digital.pdf', 'sent-back.pdf');
    await openTask(site, page, letter);
    await page.locator('[data-item]').first().focus();
    await page.keyboard.press('b');
    await page.getByLabel('As class').selectOption('invoice');
    await page.getByLabel('Reason').fill('it is an invoice');
    found.push(...(await inspect(page, 'review-send-back')));
    const sentAt = performance.now();
    await page.keyboard.press('Enter');
    await until(
      'it waits in the next round, as the class that was named',
      async () => {
        const { tasks: waiting } = await site.asTenant.listReviewTasks({ class: 'invoice', limit: 200 });
        return waiting.some(({ runId, round }) => runId === letter.runId && round === 1);
      },
      hangMs,
    );
    const { timings } = await site.asTenant.readJob({ runId: letter.runId });
    const stages = timings.map(
      ({ stage, queuedMs, activeMs }) =>
        `${stage} ${String(Math.round(queuedMs))} + ${String(Math.round(activeMs))} ms`,
    );
    process.stdout.write(
      `sent back to waiting again: ${((performance.now() - sentAt) / 1_000).toFixed(1)} s (queued + active: ${stages.join(', ')})\n`,
    );
    expect(found).toEqual([]);
  });

  it('a packet is divided and joined by keys, and undo takes each back; what is typed stays with its document', async () => {
    const task = await taskOfContent(site, await packet(), 'packet.pdf', { documentClass: 'letter' });
    await openTask(site, page, task);
    const headings = page.locator('.work-fields h2');
    const pagesOf = async (): Promise<readonly string[]> => {
      const { documents } = await site.asTenant.readReviewTask({ taskId: task.taskId });
      return documents.map(({ firstPage, lastPage }) => `${String(firstPage)}-${String(lastPage)}`);
    };
    const press = async (key: string, documents: readonly string[]): Promise<void> => {
      await page.keyboard.press(key);
      await until(
        `the documents have the pages ${documents.join(', ')}`,
        async () =>
          (await pagesOf()).every((pages, at) => pages === documents[at]) &&
          (await pagesOf()).length === documents.length,
      );
      await until('the page shows them', async () => (await headings.count()) === documents.length);
      await until('it is stored', async () => (await page.locator('.saving').textContent()) === '');
    };
    expect(await pagesOf()).toEqual(['1-3']);
    await page.locator('[data-item]').first().focus();
    await page.keyboard.press('c');
    await page.getByText('A document begins at this page already').waitFor();
    await page.keyboard.press(']');
    await page.keyboard.press(']');
    await press('c', ['1-2', '3-3']);
    // A text that is being typed for the third page goes on with it, as the number of its document changes.
    await page.getByRole('button', { name: 'Add a field to document 2' }).click();
    const choice = page.getByRole('dialog').getByRole('combobox');
    const field = await choice.locator('option[value^="2/"]').first().getAttribute('value');
    await choice.selectOption(field);
    await choice.press('Enter');
    const line = page.locator('.work-editor input');
    await line.fill('typed');
    await page.locator('.thumbnails button').nth(1).click();
    await page.getByRole('button', { name: 'Split before page 2' }).click();
    await until('there are three documents', async () => (await pagesOf()).length === 3);
    await until('the page shows them', async () => (await headings.count()) === 3);
    expect(await line.inputValue()).toBe('typed');
    expect(await page.locator('section[aria-label^="3. "] .work-editor').count()).toBe(1);
    const found = [...(await inspect(page, 'review-packet'))];
    await line.press('Escape');
    await press('z', ['1-2', '3-3']);
    await page.locator('[data-item="1/"]').focus();
    await press('m', ['1-3']);
    await page.keyboard.press('m');
    await page.getByText('No document follows this one').waitFor();
    await press('z', ['1-2', '3-3']);
    await press('z', ['1-3']);
    expect(found).toEqual([]);
  });

  it('a held document leads to its review, and back', async () => {
    const task = await taskOf(site, 'receipt-digital.pdf', 'to-and-fro.pdf');
    await page.goto(`${site.fleet.api}/console/documents`);
    await page.getByRole('link', { name: 'Review to-and-fro.pdf' }).click();
    await page.getByRole('button', { name: 'Approve and next' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/console/review/${task.taskId}`);
    await page.getByRole('link', { name: 'Show the document' }).click();
    await page.getByText('A person looks at this document before it ends').waitFor();
    expect(new URL(page.url()).pathname).toBe(`/console/documents/${task.runId}`);
    const found = [...(await inspect(page, 'document-in-review'))];
    await page.getByRole('link', { name: 'Review it' }).click();
    await page.getByRole('button', { name: 'Approve and next' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/console/review/${task.taskId}`);
    await site.asTenant.cancelJob({ runId: task.runId });
    await site.asTenant.waitForEnd(task.runId);
    await page.goto(`${site.fleet.api}/console/review/of/${task.runId}`);
    await page.getByText('This document waits for no person any more').waitFor();
    found.push(...(await inspect(page, 'review-waits-no-more')));
    expect(found).toEqual([]);
  });

  it('a tenant-admin says which documents wait, and above which amount two people approve', async () => {
    const admin = await site.open(site.fleet.apiKey);
    const found: string[] = [];
    try {
      await go(admin.page, 'Review');
      await admin.page.getByRole('button', { name: 'Review policy' }).click();
      const dialog = admin.page.getByRole('dialog');
      await dialog.getByLabel('Documents that wait').selectOption('sample');
      await dialog.getByLabel('Share of the others').fill('100');
      await dialog.getByLabel('Two people approve').fill('10');
      found.push(...(await inspect(admin.page, 'review-policy')));
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.getByText('Saved.').waitFor();
      expect(await site.asOperator.readTenantReview({ tenantId: 'development' })).toEqual({
        policy: 'sample:100',
        fourEyesAbove: 10,
      });
      await until('two people approve what is accepted from now on', async () => {
        const task = await taskOf(site, 'receipt-digital.pdf', `two-${String(Math.random())}.pdf`);
        return task.fourEyes.needed;
      });
      // Who only reviews is not offered what would be refused.
      await page.goto(`${site.fleet.api}/console/review`);
      await page.getByRole('button', { name: 'Review the next document' }).waitFor();
      expect(await page.getByRole('button', { name: 'Review policy' }).count()).toBe(0);
    } finally {
      await site.asTenant.setTenantReview({
        tenantId: 'development',
        body: { policy: null, fourEyesAbove: null },
      });
      await admin.page.context().close();
    }
    expect([...found, ...admin.faults]).toEqual([]);
  });

  it('a document that is cancelled while somebody reviews it says so, and what to do', async () => {
    const task = await taskOf(site, 'receipt-digital.pdf', 'cancelled.pdf');
    await openTask(site, page, task);
    await site.asTenant.cancelJob({ runId: task.runId });
    await site.asTenant.waitForEnd(task.runId);
    await page.locator('[data-item$="/total"]').focus();
    await page.keyboard.press('x');
    await page.getByText('This review has ended elsewhere').waitFor();
    expect(await inspect(page, 'review-closed')).toEqual([]);
  });

  it('a phone shows a document for reading, and nothing is wider than it; German fits as well', async () => {
    const task = await taskOf(site, 'receipt-digital.pdf', 'phone.pdf');
    const { page: phone } = await openPage(site.browser, site.fleet.api, { width: 390, height: 844 });
    await phone.goto(`${site.fleet.api}/console/#key=${site.fleet.apiKey}`);
    await phone.getByLabel('Language').selectOption('de');
    await phone.getByRole('heading', { level: 1, name: 'Start' }).waitFor();
    await openTask(site, phone, task);
    const found = [...(await inspect(phone, 'review-phone-german'))];
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await phone.goto(`${site.fleet.api}/console/review`);
    await phone.getByRole('link', { name: 'phone.pdf' }).waitFor();
    found.push(...(await inspect(phone, 'review-phone-queue-german')));
    expect(found).toEqual([]);
    await phone.context().close();
  });

  it('nothing went wrong in the page, and nobody else was called', () => {
    const unexpected = reviewer.faults.filter(
      (fault) => !/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|status of (409|502|503)/.test(fault),
    );
    expect(unexpected).toEqual([]);
  });
});

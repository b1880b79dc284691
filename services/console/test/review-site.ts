import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReviewTaskSummary } from '@docfleet/client';
import { until } from '@docfleet/testing';
import type { Page } from 'playwright-core';
import { settleMs } from '../src/model/decision-guard.ts';
import { hangMs } from './browser.ts';
import { openConsoleSite, type ConsoleSite } from './site.ts';

/** A claim ends after so long, in milliseconds: the shortest that the gateway takes. */
export const leaseMs = 10_000;

/** A fleet where every document waits for a person. */
export function openReviewSite(): Promise<ConsoleSite> {
  return openConsoleSite({ REVIEW_POLICY: 'always', REVIEW_LEASE_MS: String(leaseMs) });
}

/** Sends a sample under a name and waits until it waits for a person. */
export function taskOf(site: ConsoleSite, sample: string, name: string): Promise<ReviewTaskSummary> {
  return taskOfContent(site, readFileSync(site.sample(sample)), name);
}

/** Sends a document under a name and waits until it waits for a person. */
export async function taskOfContent(
  site: ConsoleSite,
  bytes: Buffer,
  name: string,
  options: Parameters<ConsoleSite['asTenant']['submitFile']>[1] = {},
): Promise<ReviewTaskSummary> {
  const content = new Blob([new Uint8Array(bytes)]);
  const { runId } = await site.asTenant.submitFile({ content, name }, options);
  let found: ReviewTaskSummary | undefined;
  await until(
    `${name} waits for a person`,
    async () => {
      const { tasks } = await site.asTenant.listReviewTasks({ limit: 200 });
      found = tasks.find((task) => task.runId === runId);
      return found !== undefined;
    },
    hangMs,
  );
  if (found === undefined) throw new Error(`${name} has no task`);
  return found;
}

/** A key of a person who reviews. */
export async function reviewerKey(site: ConsoleSite, name: string): Promise<string> {
  const body = { role: 'reviewer', name } as const;
  return (await site.asTenant.issueTenantKey({ tenantId: 'development', body })).key;
}

/** Opens a task and waits until its page is shown and it can be decided. */
export async function openTask(
  site: ConsoleSite,
  page: Page,
  { taskId, fileName }: ReviewTaskSummary,
): Promise<void> {
  await page.goto(`${site.fleet.api}/console/review/${taskId}`);
  await page.getByRole('heading', { level: 1, name: fileName ?? '' }).waitFor();
  await page.locator('.boxes').waitFor();
  // Nothing on the page tells that decisions count now: it is a matter of time alone.
  await sleep(settleMs);
}

/** Accepts what is to check, and types what the machine did not find; waits until that is stored. */
export async function checkAll(page: Page): Promise<void> {
  for (let open = await leftToCheck(page); open > 0; open -= 1) {
    await page.keyboard.press('Enter');
    if (await page.locator('.work-editor').isVisible()) {
      await page.keyboard.type('12 High Street');
      await page.keyboard.press('Enter');
    }
    await until('the value is checked', async () => (await leftToCheck(page)) < open);
  }
  await until('it is stored', async () => (await page.locator('.saving').textContent()) === '');
}

/** The item that has the focus. */
export function currentItem(page: Page): Promise<string | null> {
  return page.evaluate(() => document.activeElement?.getAttribute('data-item') ?? null);
}

/** How many values are left to check. */
export async function leftToCheck(page: Page): Promise<number> {
  const text = (await page.locator('.page-actions [role=status]').first().textContent()) ?? '';
  return /^\d+/.test(text) ? Number.parseInt(text, 10) : 0;
}

/** Keys that are pressed as a person presses them, counted, with the time that the person waits for the page. */
export function keyboard(page: Page) {
  const measured = { keys: 0, waitedMs: 0 };
  return {
    measured,
    press: async (key: string): Promise<void> => {
      measured.keys += 1;
      await page.keyboard.press(key);
    },
    type: async (text: string): Promise<void> => {
      measured.keys += text.length;
      await page.keyboard.type(text);
    },
    wait: async (event: () => Promise<unknown>): Promise<void> => {
      const before = performance.now();
      await event();
      measured.waitedMs += performance.now() - before;
    },
  };
}

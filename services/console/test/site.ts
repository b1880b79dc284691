import { join } from 'node:path';
import { createClient, type Client } from '@docfleet/client';
import { writeSamples } from '@docfleet/samples';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage, type WatchedPage } from './browser.ts';
import { startConsoleFleet, type ConsoleFleet } from './fleet.ts';

/** A fleet, a browser, and documents to send. */
export interface ConsoleSite {
  readonly fleet: ConsoleFleet;
  readonly browser: Browser;
  readonly asTenant: Client;
  readonly asOperator: Client;
  /** Path of a sample document. */
  sample(name: string): string;
  /** Opens the console by a link with a key. */
  open(key: string): Promise<WatchedPage>;
  close(): Promise<void>;
}

/** `settings`: of all processes, beside those of every test; documents wait for nobody unless they say so. */
export async function openConsoleSite(settings: Readonly<Record<string, string>> = {}): Promise<ConsoleSite> {
  const [fleet, browser] = await Promise.all([
    startConsoleFleet({ REVIEW_POLICY: 'never', ...settings }),
    openBrowser(),
  ]);
  const { api, apiKey, operatorKey, folder } = fleet;
  const samples = await writeSamples(join(folder, 'samples'));
  return {
    fleet,
    browser,
    asTenant: createClient({ api, apiKey }),
    asOperator: createClient({ api, apiKey: operatorKey }),
    sample: (name) => samples.find(({ path }) => path.endsWith(name))?.path ?? '',
    open: async (key) => {
      const opened = await openPage(browser, api);
      await opened.page.goto(`${api}/console/#key=${key}`);
      // The link signs in once its page runs: another address before that would be one of a stranger.
      await opened.page.getByRole('navigation', { name: 'Main' }).waitFor();
      return opened;
    },
    close: async () => {
      await browser.close();
      await fleet.stop();
    },
  };
}

/** Goes to a place of the menu and waits until it is there. */
export async function go(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await isLoaded(page);
}

export function isLoaded(page: Page): Promise<void> {
  return page.getByText('Loading …').first().waitFor({ state: 'detached' });
}

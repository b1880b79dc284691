import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import process from 'node:process';
import { browserOf } from '@docfleet/stack';
import type Axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { repository } from './fleet.ts';

// eslint-disable-next-line no-restricted-properties -- a test has no main.ts in front of it
const program = browserOf({ environment: process.env });

/** Why the tests in a browser are skipped; undefined where there is one. */
export const noBrowser = program === undefined ? 'there is no Chromium on this machine' : undefined;

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rules of WCAG 2.2, levels A and AA. */
const ruleTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export const screenshots = join(repository, '.docfleet/console-screenshots');

/** Guards against hanging, no more: a fleet takes its time on a busy machine. In milliseconds. */
export const hangMs = 90_000;

export function openBrowser(): Promise<Browser> {
  mkdirSync(screenshots, { recursive: true });
  // Chromium's own sandbox does not start as root.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath: program ?? '', args: isRoot ? ['--no-sandbox'] : [] });
}

/** A page in a session of its own, which notes what goes wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console and of scripts, and requests to others than the gateway. */
  readonly faults: string[];
}

/** `allowed`: beginnings of further addresses that the page may call. */
export async function openPage(
  browser: Browser,
  api: string,
  options: { readonly allowed?: readonly string[]; readonly width?: number; readonly height?: number } = {},
): Promise<WatchedPage> {
  const { allowed = [], width = 1280, height = 800 } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(hangMs);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => {
    faults.push(error.message);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (![api, 'blob:', 'data:', ...allowed].some((known) => url.startsWith(known))) faults.push(url);
  });
  return { page, faults };
}

/** Drops files onto the page, as a person does who drags them from a folder. */
export async function dropFiles(page: Page, paths: readonly string[]): Promise<void> {
  const files = paths.map((path) => ({ name: basename(path), bytes: readFileSync(path).toString('base64') }));
  const transfer = await page.evaluateHandle((given) => {
    const made = new DataTransfer();
    for (const { name, bytes } of given) {
      made.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name));
    }
    return made;
  }, files);
  for (const type of ['dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer: transfer });
}

/** What axe finds against WCAG 2.2 AA on the page as it is, a line each. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  // By the protocol of the browser, which the policy of the page does not hold for.
  await page.evaluate(axe);
  return page.evaluate(async (tags) => {
    const { axe: loaded } = globalThis as unknown as { axe: typeof Axe };
    const { violations } = await loaded.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.map(({ id, nodes }) => {
      const places = nodes.map(({ target, failureSummary = '' }) => `${target.join(' ')}: ${failureSummary}`);
      return `${id}: ${places.slice(0, 3).join('; ')}`;
    });
  }, ruleTags);
}

/** Looks at the page in both themes: writes a picture of each, and gives what axe finds. */
export async function inspect(page: Page, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(screenshots, `${name}-${colorScheme}.png`) });
    found.push(...(await violationsOf(page)).map((line) => `${name}, ${colorScheme}: ${line}`));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

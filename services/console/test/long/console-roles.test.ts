/** About 2 min, with servers: the console for every role, signing in, and a gateway that is away. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hangMs, inspect, noBrowser, openPage } from '../browser.ts';
import { person, startSignInServer, type SignInServer } from '../sign-in-server.ts';
import { go, isLoaded, openConsoleSite, type ConsoleSite } from '../site.ts';

const tenantId = 'development';

describe.skipIf(noBrowser !== undefined)('H-02: the console for every role', { timeout: 2 * hangMs }, () => {
  let provider: SignInServer;
  let site: ConsoleSite;

  /** Sends a batch of one file; gives its id. */
  const sendBatch = async (requestId: string, path: string): Promise<string> => {
    const body = new FormData();
    body.set('batch', JSON.stringify({ requestId }));
    body.append('files', new Blob([readFileSync(path)]), basename(path));
    const headers = { authorization: `Bearer ${site.fleet.apiKey}` };
    const answer = await fetch(`${site.fleet.api}/v1/batches`, { method: 'POST', headers, body });
    return ((await answer.json()) as { batchId: string }).batchId;
  };

  beforeAll(async () => {
    provider = await startSignInServer({ tenant: tenantId, roles: ['readers'] });
    const issuer = {
      issuer: provider.issuer,
      audience: 'docfleet',
      tenantClaim: 'tenant',
      roleMap: { readers: 'viewer' },
      console: { clientId: 'console', label: 'Example' },
    };
    site = await openConsoleSite({ OIDC_ISSUERS: JSON.stringify([issuer]) });
    const content = new Blob([readFileSync(site.sample('invoice-scanned.pdf'))]);
    const { runId } = await site.asTenant.submitFile({ content, name: 'invoice.pdf' });
    await site.asTenant.waitForEnd(runId);
  }, 600_000);

  afterAll(async () => {
    await site.close();
    await provider.close();
  }, 90_000);

  it('WCAG 2.2 AA: no view of a tenant has a violation, in both themes', async () => {
    const { page, faults } = await site.open(site.fleet.apiKey);
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    const { endpointId } = await site.asTenant.createWebhook({ body: { url: 'https://example.org/hook' } });
    await site.asTenant.testWebhook({ endpointId });
    const batchId = await sendBatch('a-batch', site.sample('receipt-digital.pdf'));
    const found: string[] = [];
    for (const name of ['Documents', 'Batches', 'Dead letters', 'Usage', 'Keys', 'Webhooks']) {
      await go(page, name);
      found.push(...(await inspect(page, name.toLowerCase().replace(' ', '-'))));
    }
    await page.getByRole('button', { name: 'New webhook' }).click();
    await page.getByRole('dialog').waitFor();
    found.push(...(await inspect(page, 'dialog')));
    await page.keyboard.press('Escape');
    await page.goto(`${site.fleet.api}/console/batches/${batchId}`);
    await page.getByRole('heading', { level: 1, name: 'a-batch' }).waitFor();
    found.push(...(await inspect(page, 'batch')));
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('WCAG 2.2 AA: no view of an operator has a violation, in both themes', async () => {
    const { page, faults } = await site.open(site.fleet.operatorKey);
    await page.getByRole('heading', { level: 1, name: 'Operations' }).waitFor();
    const found: string[] = [];
    for (const tab of ['Pipeline', 'Level and breakers', 'Accounts', 'Set aside', 'Workers']) {
      await page.getByRole('tab', { name: tab }).click();
      await isLoaded(page);
      found.push(...(await inspect(page, `operations-${tab.toLowerCase().replaceAll(' ', '-')}`)));
    }
    for (const name of ['Tenants', 'Audit', 'Documents']) {
      await go(page, name);
      found.push(...(await inspect(page, `operator-${name.toLowerCase()}`)));
    }
    await page.locator('[data-row] a').first().click();
    await page.getByText('What happened').waitFor();
    found.push(...(await inspect(page, 'operator-document')));
    await go(page, 'Tenants');
    await page.getByRole('link', { name: tenantId }).click();
    await page.getByRole('heading', { name: 'Change the quotas' }).waitFor();
    found.push(...(await inspect(page, 'operator-tenant')));
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('a stage is paused with a reason and works again when it is released', async () => {
    const { page, faults } = await site.open(site.fleet.operatorKey);
    await page.getByRole('button', { name: 'Pause Classifying' }).click();
    await page.getByLabel('Reason').fill('a test');
    await page.getByRole('button', { name: 'Give the order' }).click();
    await page.getByRole('button', { name: 'Resume Classifying' }).waitFor();
    const { orders } = await site.asOperator.readFleet();
    expect(orders.map(({ kind, what, reason }) => [kind, what, reason])).toEqual([
      ['pause', 'classification', 'a test'],
    ]);
    await page.getByRole('button', { name: 'Resume Classifying' }).click();
    await page.getByLabel('Reason').fill('it is over');
    await page.getByRole('button', { name: 'Give the order' }).click();
    await page.getByRole('button', { name: 'Pause Classifying' }).waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('a key that is not accepted any more leads to signing in, and back to the same place', async () => {
    const issue = () => site.asTenant.issueTenantKey({ tenantId, body: { role: 'viewer' } });
    const [{ key }, { key: other }] = [await issue(), await issue()];
    const { page } = await site.open(key);
    await go(page, 'Documents');
    await page.getByLabel('Lane').selectOption('normal');
    expect(await page.getByRole('link', { name: 'Keys' }).count()).toBe(0);
    // What the gateway answers to a revoked key, at once instead of within 30 s.
    await page.route('**/v1/**', (route) => route.fulfill({ status: 401 }));
    await page.getByText('Your session has ended').waitFor();
    await page.unroute('**/v1/**');
    expect(await inspect(page, 'sign-in')).toEqual([]);
    await page.getByLabel('API key').fill('not-a-key-at-all');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('is not accepted').waitFor();
    await page.getByLabel('API key').fill(other);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Documents' }).waitFor();
    expect(new URL(page.url()).search).toBe('?lane=normal');
    await page.context().close();
  });

  it('a gateway that does not answer is said to be away, until it answers', async () => {
    const { page } = await site.open(site.fleet.apiKey);
    await go(page, 'Documents');
    await page.route('**/v1/**', (route) => route.abort());
    const away = page.getByText('The gateway does not answer');
    await away.waitFor();
    expect(await inspect(page, 'away')).toEqual([]);
    await page.unroute('**/v1/**');
    await away.waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('a gateway that is killed comes back, and the view goes on by itself', async () => {
    const { page } = await site.open(site.fleet.apiKey);
    await go(page, 'Documents');
    site.fleet.killGateway();
    await site.fleet.gatewayIsReady();
    const { runId } = await site.asTenant.submitFile(
      { content: new Blob([readFileSync(site.sample('letter-digital.pdf'))]), name: 'after-the-restart.pdf' },
      { requestId: 'after-the-restart' },
    );
    await page.getByRole('link', { name: 'after-the-restart.pdf' }).waitFor();
    await page.getByRole('link', { name: 'after-the-restart.pdf' }).click();
    await page.getByText(/(\d+) of \1 stages/).waitFor();
    expect(page.url()).toContain(runId);
    await page.context().close();
  });

  it('a person signs in with an identity provider, and sees what the role may', async () => {
    const { page, faults } = await openPage(site.browser, site.fleet.api, { allowed: [provider.issuer] });
    await page.goto(`${site.fleet.api}/console/documents?lane=normal`);
    await page.getByRole('button', { name: 'Sign in with Example' }).click();
    await page.getByRole('heading', { level: 1, name: 'Documents' }).waitFor();
    expect(page.url()).toBe(`${site.fleet.api}/console/documents?lane=normal`);
    await page.getByText(person).waitFor();
    await page.locator('[data-row] a').first().click();
    await page.getByText('Your role sees what was found, and not the pages.').waitFor();
    // Its token ends within seconds: it was renewed, and the person noticed nothing.
    expect(provider.renewals()).toBeGreaterThan(0);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('a phone shows documents, and nothing is wider than it', async () => {
    const { page } = await openPage(site.browser, site.fleet.api, { width: 390, height: 844 });
    await page.goto(`${site.fleet.api}/console/#key=${site.fleet.apiKey}`);
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    const found = [...(await inspect(page, 'phone-home'))];
    await go(page, 'Documents');
    await page.locator('[data-row] a').first().waitFor();
    found.push(...(await inspect(page, 'phone-documents')));
    await page.locator('[data-row] a').last().click();
    await page.getByRole('tab', { name: 'Fields' }).waitFor();
    await page.locator('.boxes').waitFor();
    found.push(...(await inspect(page, 'phone-document')));
    expect(found).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.context().close();
  });

  it('the language of the reader is used, and the other one can be chosen', async () => {
    const { page } = await site.open(site.fleet.apiKey);
    await page.getByLabel('Language').selectOption('de');
    await page.getByRole('heading', { level: 1, name: 'Start' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
    expect(await inspect(page, 'german')).toEqual([]);
    await page.context().close();
  });
});

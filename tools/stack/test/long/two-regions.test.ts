/** About 2 min, with servers: documents of another region are routed between two fleets, and end in theirs. */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import process from 'node:process';
import { createClient } from '@docfleet/client';
import { runIdOf } from '@docfleet/domain';
import { writeNumberedSample } from '@docfleet/samples';
import { endpoints, until } from '@docfleet/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { layoutOf, type Layout } from '../../src/layout.ts';
import { serviceNames } from '../../src/names.ts';
import { reportTo } from '../../src/progress.ts';
import { Stack } from '../../src/stack.ts';

const repository = resolve(import.meta.dirname, '../../../..');
const tenant = 'development';
const startMs = 300_000;

interface RegionalFleet {
  readonly layout: Layout;
  readonly api: string;
  readonly apiKey: string;
  readonly operatorKey: string;
}

let folder: string;
let north: RegionalFleet;
let south: RegionalFleet;
const stacks: Stack[] = [];

/** A fleet with a broker, a database and a bucket of its own; `like` is one whose keys are valid here, too. */
async function startFleet(
  region: string,
  { regions, like }: { readonly regions: string; readonly like?: Layout },
): Promise<RegionalFleet> {
  const { servers, models } = layoutOf(repository, 'test');
  const layout = { ...layoutOf(join(folder, region), 'test'), root: repository, servers, models };
  mkdirSync(layout.folder, { recursive: true });
  if (like !== undefined) copyFileSync(like.stateFile, layout.stateFile);
  const { registry, redis, s3 } = endpoints();
  // eslint-disable-next-line no-restricted-properties -- a test has no main.ts in front of it
  const { PATH, HOME } = process.env;
  const stack = new Stack({
    layout,
    given: { registry, redis, s3: s3.endpoint },
    services: serviceNames,
    environment: {
      ...{ PATH, HOME, REGION: region, ...(regions === '' ? {} : { REGIONS: regions }) },
      S3_BUCKET: `region-${region}`,
      S3_REGION: s3.region,
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    },
    isRoot: process.getuid?.() === 0,
    progress: reportTo(() => undefined),
    report: () => undefined,
  });
  stacks.push(stack);
  const { api, apiKey, operatorKey } = await stack.start();
  return { layout, api, apiKey, operatorKey };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-regions-'));
  // The database server runs as another user, who has to pass.
  chmodSync(folder, 0o755);
  south = await startFleet('south', { regions: '' });
  north = await startFleet('north', { regions: `south=${south.api}`, like: south.layout });
}, 2 * startMs);

afterAll(async () => {
  await Promise.all(stacks.map((stack) => stack.stop()));
  rmSync(folder, { recursive: true, force: true });
}, startMs);

/** Sets how the north routes, and waits until its gateway does. */
async function routeAs(policy: {
  readonly region: string | null;
  readonly regionRouting: string;
}): Promise<void> {
  const answer = await fetch(`${north.api}/v1/tenants/${tenant}/region`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${north.operatorKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(policy),
  });
  expect(answer.status).toBe(200);
  const expected = { refuse: 421, redirect: 307, proxy: 202 }[policy.regionRouting];
  let tries = 0;
  await until('the gateway of the north routes so', async () => {
    tries += 1;
    return (await submit(`probe-${policy.regionRouting}-${tries}`, { region: 'south' })).status === expected;
  });
}

let documents = 0;

async function submit(
  requestId: string,
  { region, url = `${north.api}/v1/jobs` }: { readonly region?: string; readonly url?: string } = {},
): Promise<Response> {
  documents += 1;
  const { path } = await writeNumberedSample(folder, documents, { scans: false });
  const form = new FormData();
  if (region !== undefined) form.append('region', region);
  form.append('requestId', requestId);
  form.append('review', 'never');
  form.append('file', new Blob([readFileSync(path)], { type: 'application/pdf' }), basename(path));
  const headers = { authorization: `Bearer ${north.apiKey}` };
  return fetch(url, { method: 'POST', headers, body: form, redirect: 'manual' });
}

/** Where the run of a request is, as both fleets say, and how it ended there. */
async function placesOf(requestId: string): Promise<Readonly<Record<string, string>>> {
  const runId = runIdOf(tenant, requestId);
  const places = await Promise.all(
    Object.entries({ north, south }).map(async ([name, { api, apiKey }]) => {
      const answer = await fetch(`${api}/v1/jobs/${runId}`, {
        headers: { authorization: `Bearer ${apiKey}` },
      });
      if (answer.status === 404) return [];
      const job = await createClient({ api, apiKey }).waitForEnd(runId);
      return [[name, job.status] as const];
    }),
  );
  return Object.fromEntries(places.flat());
}

it(
  'M-22: documents are processed where they belong, and nothing of them is kept elsewhere',
  async () => {
    expect(south.apiKey).toBe(north.apiKey);
    // Without a setting: here what belongs here, and what belongs elsewhere is refused.
    expect((await submit('own')).status).toBe(202);
    expect((await submit('refused', { region: 'south' })).status).toBe(421);

    await routeAs({ region: null, regionRouting: 'redirect' });
    const redirected = await submit('redirected', { region: 'south' });
    const location = redirected.headers.get('location') ?? '';
    expect([redirected.status, location]).toEqual([307, `${south.api}/v1/jobs`]);
    expect((await submit('redirected', { region: 'south', url: location })).status).toBe(202);

    await routeAs({ region: 'south', regionRouting: 'proxy' });
    const passed = await submit('passed');
    const runId = runIdOf(tenant, 'passed');
    expect([passed.status, passed.headers.get('location')]).toEqual([202, `${south.api}/v1/jobs/${runId}`]);
    expect((await submit('stays', { region: 'north' })).status).toBe(202);

    expect(await placesOf('own')).toEqual({ north: expect.stringMatching(/^completed/) as string });
    expect(await placesOf('refused')).toEqual({});
    for (const requestId of ['redirected', 'passed'])
      expect(await placesOf(requestId)).toEqual({ south: expect.stringMatching(/^completed/) as string });
    expect(await placesOf('stays')).toEqual({ north: expect.stringMatching(/^completed/) as string });
  },
  startMs,
);

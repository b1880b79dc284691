/** About 2 min, with servers: a running fleet changes between two real model versions by pin and rollback, and results name which one read. */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type Client } from '@docfleet/client';
import { fileAt } from '@docfleet/client/node';
import { writeSamples } from '@docfleet/samples';
import { until } from '@docfleet/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serviceNames, type ServiceName } from '../../src/names.ts';
import { startSecureService, type SecureService } from '../secure/secure-service.ts';
import { siteKeys, startSecureSite, untilReady, type SecureSite } from '../secure/secure-site.ts';

interface Model {
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
}

let site: SecureSite;
let models: string;
let scan: string;
const services = new Map<ServiceName, SecureService>();

/** Puts a version beside the installed one: the small recogniser, with its characters, in the place of the tiny one. */
function installSecondVersion(installed: string, folder: string): void {
  const { models: all } = JSON.parse(readFileSync(join(installed, 'models.json'), 'utf8')) as {
    models: Model[];
  };
  const second = all.map((model) => {
    const small = all.find(({ name }) => name === model.name.replace('recogniser-tiny', 'recogniser-small'));
    return small === undefined ? model : { ...small, name: model.name };
  });
  for (const [to, listed] of [
    [folder, all],
    [join(folder, 'versions', 'small-first'), second],
  ] as const) {
    mkdirSync(to, { recursive: true });
    for (const file of readdirSync(installed)) {
      if (file !== 'models.json' && file.includes('.')) copyFileSync(join(installed, file), join(to, file));
    }
    writeFileSync(join(to, 'models.json'), JSON.stringify({ models: listed }));
  }
}

const clientWith = (apiKey: string): Client =>
  createClient({
    api: services.get('gateway')?.url ?? '',
    apiKey,
    signal: AbortSignal.timeout(900_000),
  });

beforeAll(async () => {
  site = await startSecureSite('model-versions');
  models = join(site.folder, 'two-versions');
  installSecondVersion(site.layout.models, models);
  const settings = { ...site.settings, MODELS_DIR: models };
  await site.deploy(settings);
  for (const name of serviceNames) {
    services.set(name, await startSecureService(site.layout, name, settings));
  }
  await untilReady(services.values());
  const samples = await writeSamples(join(site.folder, 'samples'));
  scan = samples.find(({ form, path }) => form !== 'digital' && /\.(?:png|jpe?g)$/.test(path))?.path ?? '';
}, 600_000);

afterAll(async () => {
  await Promise.all([...services.values()].map((service) => service.stop()));
  await site.stop();
}, 120_000);

/** Reads the scan once more with the fast route, and returns what `result.json` says of the models. */
async function readWith(client: Client): Promise<string> {
  const { runId } = await client.submitFile(await fileAt(scan), { route: 'fast', review: 'never' });
  expect((await client.waitForEnd(runId)).status).toMatch(/^completed/);
  const api = services.get('gateway')?.url ?? '';
  const answer = await fetch(`${api}/v1/jobs/${runId}/artifacts/result.json`, {
    headers: { authorization: `Bearer ${siteKeys.apiKey}` },
  });
  const { engineVersions } = (await answer.json()) as { engineVersions: readonly string[] };
  return engineVersions.join();
}

test('O-10: a pin changes the models of new documents, a rollback changes them back, and each result names its own', async () => {
  const [client, operator] = [clientWith(siteKeys.apiKey), clientWith(siteKeys.operatorKey)];
  const digestOfFile = (file: string): string => {
    const { models: all } = JSON.parse(readFileSync(join(models, 'models.json'), 'utf8')) as {
      models: Model[];
    };
    return (all.find((model) => model.name === file)?.sha256 ?? '').slice(0, 8);
  };
  const inUse = async (version: string): Promise<boolean> => {
    const { versions } = await operator.readFleetModels();
    return versions.some((each) => each.version === version && each.inUse > 0);
  };
  await until(
    'both versions are installed',
    async () => (await operator.readFleetModels()).versions.length === 2,
  );
  const { versions } = await operator.readFleetModels();
  const digestOf = (name: string): string => versions.find(({ version }) => version === name)?.digest ?? '';
  const [tiny, small] = [digestOfFile('recogniser-tiny-latin'), digestOfFile('recogniser-small-latin')];

  expect(await readWith(client)).toContain(tiny);

  await operator.pinFleetModels({ body: { digest: digestOf('small-first'), reason: 'the second version' } });
  await until('the second version reads', () => inUse('small-first'), 60_000);
  const second = await readWith(client);
  expect(second).toContain(small);
  expect(second).not.toContain(tiny);

  await operator.pinFleetModels({ body: { digest: digestOf('own'), reason: 'back to the first' } });
  await until('the first version reads', () => inUse('own'), 60_000);
  expect(await readWith(client)).toContain(tiny);

  await operator.rollBackFleetModels({ body: { reason: 'the second after all' } });
  await until('the second version reads again', () => inUse('small-first'), 60_000);
  expect(await readWith(client)).toBe(second);
}, 600_000);

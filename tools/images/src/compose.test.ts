import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readConfig, variablesOf } from '@docfleet/config';
import { serviceNames } from '@docfleet/stack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { writeSecrets } from './first-secrets/write-secrets.ts';
import { images } from './image-list.ts';

const root = join(import.meta.dirname, '../../..');
const file = join(root, 'compose.yaml');

const volume = z.union([
  z.string(),
  z.object({ source: z.string(), target: z.string(), volume: z.object({ subpath: z.string() }).optional() }),
]);
const compose = z.object({
  services: z.record(
    z.string(),
    z.looseObject({
      image: z.string(),
      environment: z.record(z.string(), z.string()).default({}),
      ports: z.array(z.string()).default([]),
      volumes: z.array(volume).default([]),
      restart: z.string(),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
      build: z.object({ target: z.string(), args: z.record(z.string(), z.string()) }).optional(),
    }),
  ),
});
const { services } = compose.parse(parse(readFileSync(file, 'utf8'), { merge: true }));
const serviceOf = (name: string) => {
  const service = services[name];
  if (service === undefined) throw new Error(`compose.yaml has no service ${name}`);
  return service;
};

const jobs = ['secrets', 'bucket', 'deploy'];
const servers = ['kafka', 'registry', 'postgres', 'valkey', 'seaweedfs'];

let secrets: string;
beforeAll(() => {
  secrets = mkdtempSync(join(tmpdir(), 'docfleet-secrets-'));
  writeSecrets(secrets);
});
afterAll(() => {
  rmSync(secrets, { recursive: true });
});

/** What a service is given, with the files of its own secrets where it would find them. */
function environmentOf(name: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ HTTP_HOST: '0.0.0.0', ...serviceOf(name).environment }).map(([key, value]) => [
      key,
      value.replace('/run/docfleet/', `${join(secrets, name)}/`),
    ]),
  );
}

async function settingsOf(folder: string): Promise<z.ZodObject> {
  const module = (await import(pathToFileURL(join(root, folder, 'src/config.ts')).href)) as Record<
    string,
    unknown
  >;
  const schema = Object.values(module).find((value) => value instanceof z.ZodObject);
  if (schema === undefined) throw new Error(`${folder} exports no schema of settings`);
  return schema;
}

const report = z.array(
  z.object({ messages: z.array(z.object({ category: z.string(), type: z.string(), message: z.string() })) }),
);
const dclint = join(dirname(createRequire(import.meta.url).resolve('dclint/package.json')), 'bin/dclint.cjs');

/** What dclint says of a file, less its opinions on the order of lines. */
function faultsIn(path: string): readonly string[] {
  const { stdout } = spawnSync(process.execPath, [dclint, '--formatter', 'json', path], { encoding: 'utf8' });
  return report
    .parse(JSON.parse(stdout))
    .flatMap(({ messages }) => messages)
    .filter(({ category, type }) => type === 'error' || category !== 'style')
    .map(({ message }) => message);
}

test('O-09: compose.yaml follows the compose specification and the rules of dclint', () => {
  expect(faultsIn(file)).toEqual([]);
  const broken = join(secrets, 'compose.yaml');
  writeFileSync(broken, readFileSync(file, 'utf8').replace('start_period: 30s', 'start_perod: 30s'));
  expect(faultsIn(broken).join()).toContain('/services/postgres/healthcheck');
});

test('O-09: it has every service of the fleet, the servers and the jobs', () => {
  expect(Object.keys(services).sort()).toEqual([...serviceNames, ...servers, ...jobs].sort());
});

test.each(serviceNames)(
  'O-09: %s has all settings that it needs, and reads all that it is given',
  async (name) => {
    const schema = await settingsOf(`services/${name}`);
    const given = environmentOf(name);
    // The image of ocr names its own models.
    const inImage = name === 'ocr' ? { MODELS_DIR: 'models' } : {};
    expect(() => readConfig(schema, { ...given, ...inImage })).not.toThrow();
    expect(Object.keys(given).filter((variable) => !variablesOf(schema).includes(variable))).toEqual([]);
  },
);

test('O-09: the deploy step has all settings that it needs', async () => {
  const schema = await settingsOf('tools/deploy');
  const given = environmentOf('deploy');
  expect(() => readConfig(schema, given)).not.toThrow();
  const others = Object.keys(given).filter((variable) => !variablesOf(schema).includes(variable));
  expect(others.sort()).toEqual(['DOCFLEET_API', 'DOCFLEET_API_KEY', 'HTTP_HOST']);
});

test.each([...serviceNames, 'deploy'])(
  'O-09: %s sees the folder of its own secrets, and needs every file of it',
  (name) => {
    const folders = serviceOf(name).volumes.map((each) =>
      typeof each === 'string' ? each : each.volume?.subpath,
    );
    expect(folders).toEqual([name]);
    const files = Object.values(environmentOf(name)).filter((value) => value.startsWith(secrets));
    expect(files.filter((path) => !existsSync(path))).toEqual([]);
    expect(files.map((path) => path.slice(join(secrets, name).length + 1)).sort()).toEqual(
      readdirSync(join(secrets, name)).sort(),
    );
  },
);

test('O-09: only the gateway is published, on the loopback', () => {
  const published = Object.entries(services).flatMap(([name, { ports }]) =>
    ports.map((port) => `${name} ${port}`),
  );
  expect(published).toEqual(['gateway 127.0.0.1:${DOCFLEET_PORT:-8080}:8080']);
});

test('O-09: what stays up has a health check, and waits for every job that ends', () => {
  const lasting = Object.entries(services).filter(([name]) => !jobs.includes(name));
  expect(lasting.filter(([, service]) => service['healthcheck'] === undefined)).toEqual([]);
  const waitedFor = new Set(
    lasting.flatMap(([, { depends_on }]) =>
      Object.entries(depends_on)
        .filter(([, { condition }]) => condition === 'service_completed_successfully')
        .map(([name]) => name),
    ),
  );
  expect([...waitedFor].sort()).toEqual([...jobs].sort());
});

test.each(serviceNames)('O-09: %s has no right that it does not need', (name) => {
  expect(serviceOf(name)).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
  });
});

test('O-09: each image is built from the target of the Dockerfile for its kind', () => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
  const targets = [...dockerfile.matchAll(/^FROM .* AS (\S+)$/gm)].map((match) => match[1]);
  for (const name of [...serviceNames, 'deploy']) {
    const { image, build } = serviceOf(name);
    expect(image).toBe(`docfleet/${name}:\${DOCFLEET_VERSION:-latest}`);
    expect(build?.args['IMAGE']).toBe(name);
    expect(targets).toContain(build?.target);
    const isParser = images.some((image) => image.name === name && image.children.length > 0);
    expect([name, build?.target === 'parser']).toEqual([name, isParser]);
  }
});

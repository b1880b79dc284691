import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { baseEnvironment, programEnvironment } from './child-environment.ts';
import { serviceNames } from './names.ts';

const root = resolve(import.meta.dirname, '../../..');

/** Everything that the local stack and its caller have. */
const everything = {
  PATH: '/usr/bin',
  HOME: '/home/someone',
  KAFKA_BROKERS: '127.0.0.1:1',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:2',
  DATABASE_URL: 'postgres://owner:p@127.0.0.1/db',
  DATABASE_REQUEST_URL: 'postgres://request:p@127.0.0.1/db',
  DATABASE_PIPELINE_URL: 'postgres://pipeline:p@127.0.0.1/db',
  DATABASE_OPERATOR_URL: 'postgres://operator:p@127.0.0.1/db',
  REDIS_URL: 'redis://:p@127.0.0.1',
  S3_ENDPOINT: 'http://127.0.0.1:3',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'key',
  DEVELOPMENT_API_KEY: 'development',
  WEBHOOK_SECRET_KEYS: 'first=key',
  MAX_CONCURRENT_RUNS: '2',
  GITHUB_TOKEN: 'of the caller',
  NPM_CONFIG_USERCONFIG: 'of the caller',
};

/** Services that have each secret. */
async function holdersOf(secret: keyof typeof everything): Promise<string[]> {
  const holders: string[] = [];
  for (const name of serviceNames) {
    const environment = await programEnvironment(root, `services/${name}`, everything);
    if (environment[secret] !== undefined) holders.push(name);
  }
  return holders;
}

describe('programEnvironment', () => {
  it('gives a secret to the services that have a setting for it', async () => {
    expect(await holdersOf('DATABASE_URL')).toEqual([]);
    expect(await holdersOf('DATABASE_REQUEST_URL')).toEqual(['gateway']);
    expect(await holdersOf('DATABASE_OPERATOR_URL')).toEqual(['gateway']);
    expect(await holdersOf('DATABASE_PIPELINE_URL')).toEqual(['gateway', 'review', 'integration', 'ledger']);
    expect(await holdersOf('DEVELOPMENT_API_KEY')).toEqual(['gateway']);
    expect(await holdersOf('WEBHOOK_SECRET_KEYS')).toEqual(['gateway', 'webhooks']);
    expect(await holdersOf('AWS_SECRET_ACCESS_KEY')).not.toContain('ledger');
    expect(await holdersOf('KAFKA_BROKERS')).toEqual([...serviceNames]);
  });

  it('gives nobody what is only the caller’s', async () => {
    expect(await holdersOf('GITHUB_TOKEN')).toEqual([]);
    expect(await holdersOf('NPM_CONFIG_USERCONFIG')).toEqual([]);
  });

  it('passes on a setting of the service that the caller made, and its file', async () => {
    const given = { ...everything, AWS_SECRET_ACCESS_KEY_FILE: 'secret.txt' };
    expect(await programEnvironment(root, 'services/ocr', given)).toMatchObject({
      MAX_CONCURRENT_RUNS: '2',
      AWS_SECRET_ACCESS_KEY_FILE: 'secret.txt',
      PATH: '/usr/bin',
    });
  });

  it('gives the deploy step no key of the store', async () => {
    const environment = await programEnvironment(root, 'tools/deploy', everything);
    expect(Object.keys(environment).sort()).toEqual([
      'DATABASE_OPERATOR_URL',
      'DATABASE_PIPELINE_URL',
      'DATABASE_REQUEST_URL',
      'DATABASE_URL',
      'HOME',
      'KAFKA_BROKERS',
      'PATH',
      'SCHEMA_REGISTRY_URL',
    ]);
  });
});

it('gives a server only what any program needs', () => {
  expect(baseEnvironment(everything)).toEqual({ PATH: '/usr/bin', HOME: '/home/someone' });
});

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, readConfig, variablesOf, type Environment } from './read-config.ts';
import {
  addressList,
  databaseConnectionSettings,
  databaseOwnerSettings,
  httpSettings,
  kafkaSettings,
  objectSettings,
  processSettings,
  sourceSettings,
} from './settings.ts';

const schema = z.object({ ...processSettings, ...kafkaSettings, ...httpSettings });

function problemsOf(schema: z.ZodObject, environment: Environment): readonly string[] {
  try {
    readConfig(schema, environment);
    return [];
  } catch (error) {
    return error instanceof ConfigError ? error.problems : [String(error)];
  }
}

describe('readConfig', () => {
  it('parses what is set and fills in defaults', () => {
    expect(
      readConfig(schema, {
        KAFKA_BROKERS: 'one:9092, two:9092',
        SCHEMA_REGISTRY_URL: 'http://registry:8080/apis/ccompat/v7',
        HTTP_PORT: '0',
        PATH: '/usr/bin',
      }),
    ).toEqual({
      LOG_LEVEL: 'info',
      REGION: 'local',
      TOPICS_PRESET: 'published',
      PLAINTEXT_CONNECTIONS: 'refuse',
      KAFKA_BROKERS: ['one:9092', 'two:9092'],
      SCHEMA_REGISTRY_URL: 'http://registry:8080/apis/ccompat/v7',
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: 0,
    });
  });

  it('reports all problems at once, with name, what is wrong and what is expected', () => {
    expect(problemsOf(schema, { KAFKA_BROKERS: 'one', HTTP_PORT: '99999', LOG_LEVEL: 'loud' })).toEqual([
      'HTTP_PORT is not valid: expected a whole number from 0 to 65535',
      'KAFKA_BROKERS is not valid: expected brokers as host:port, separated by commas',
      'LOG_LEVEL is not valid: expected one of trace, debug, info, warn, error, fatal, silent',
      'SCHEMA_REGISTRY_URL is missing: expected a URL starting with http:// or https://',
    ]);
  });

  it('takes an empty variable as absent', () => {
    expect(
      problemsOf(z.object({ ...databaseConnectionSettings, ...databaseOwnerSettings }), {
        DATABASE_URL: ' ',
        DATABASE_POOL_SIZE: '',
      }),
    ).toEqual(['DATABASE_URL is missing: expected a URL starting with postgres:// or postgresql://']);
  });

  it('never repeats a value, so that no secret reaches a log', () => {
    const environment = {
      DATABASE_URL: 'mysql://user:hidden-password@host/db',
      AWS_SECRET_ACCESS_KEY: 'hidden-key',
      S3_FORCE_PATH_STYLE: 'hidden-flag',
    };
    const problems = problemsOf(z.object({ ...databaseOwnerSettings, ...objectSettings }), environment).join(
      '\n',
    );
    expect(problems).not.toContain('hidden');
    expect(problems).toContain('DATABASE_URL is not valid');
  });

  it('reads addresses and networks', () => {
    const schema = z.object({ PROXIES: addressList });
    expect(readConfig(schema, { PROXIES: '10.0.0.0/8, ::1,192.168.1.1' })).toEqual({
      PROXIES: ['10.0.0.0/8', '::1', '192.168.1.1'],
    });
    for (const wrong of ['10.0.0.0/33', 'proxy', '10.0.0.0/8/8', 'true', '1', '::/129'])
      expect(problemsOf(schema, { PROXIES: wrong })).toHaveLength(1);
  });

  it('reads what submissions may refer to, and nothing is the default', () => {
    const schema = z.object(sourceSettings);
    expect(readConfig(schema, { SOURCE_BUCKETS: 'acme=scans/in' })).toEqual({
      SOURCE_BUCKETS: [{ tenant: 'acme', bucket: 'scans', folder: 'in/' }],
    });
    expect(readConfig(schema, {})).toEqual({ SOURCE_BUCKETS: [] });
    expect(problemsOf(schema, { SOURCE_BUCKETS: 'scans' })).toEqual([
      'SOURCE_BUCKETS is not valid: expected tenant=bucket or tenant=bucket/folder, separated by commas, where * is every tenant',
    ]);
  });

  it('reports rules across settings by their own message', () => {
    const crossed = z
      .object(httpSettings)
      .refine((settings) => settings.HTTP_PORT !== 1, 'HTTP_PORT must not be 1 here');
    expect(problemsOf(crossed, { HTTP_PORT: '1' })).toEqual(['HTTP_PORT must not be 1 here']);
  });

  it('refuses a file of certificates that is not there, by the name of its setting', () => {
    const given = { KAFKA_BROKERS: 'one:9092', SCHEMA_REGISTRY_URL: 'http://registry', HTTP_PORT: '0' };
    expect(problemsOf(schema, { ...given, KAFKA_TLS_CA_FILE: 'absent.pem' })).toEqual([
      'KAFKA_TLS_CA_FILE is not valid: expected a readable file in PEM format',
    ]);
  });

  it('names every variable that is read', () => {
    const names = variablesOf(z.object({ A: z.string(), B_TLS_CA_FILE: z.string() }));
    expect(names).toEqual(['A', 'A_FILE', 'B_TLS_CA_FILE']);
  });
});

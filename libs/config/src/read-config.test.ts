import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, readConfig, type Environment } from './read-config.ts';
import {
  databaseSettings,
  httpSettings,
  kafkaSettings,
  objectSettings,
  processSettings,
} from './settings.ts';

const schema = z.object({ ...processSettings, ...kafkaSettings, ...httpSettings });

function problemsOf<T>(schema: z.ZodType<T>, environment: Environment): readonly string[] {
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
      KAFKA_BROKERS: ['one:9092', 'two:9092'],
      SCHEMA_REGISTRY_URL: 'http://registry:8080/apis/ccompat/v7',
      HTTP_HOST: '0.0.0.0',
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
    expect(problemsOf(z.object(databaseSettings), { DATABASE_URL: ' ', DATABASE_POOL_SIZE: '' })).toEqual([
      'DATABASE_URL is missing: expected a URL starting with postgres:// or postgresql://',
    ]);
  });

  it('never repeats a value, so that no secret reaches a log', () => {
    const environment = {
      DATABASE_URL: 'mysql://user:hidden-password@host/db',
      AWS_SECRET_ACCESS_KEY: 'hidden-key',
      S3_FORCE_PATH_STYLE: 'hidden-flag',
    };
    const problems = problemsOf(z.object({ ...databaseSettings, ...objectSettings }), environment).join('\n');
    expect(problems).not.toContain('hidden');
    expect(problems).toContain('DATABASE_URL is not valid');
  });

  it('reports rules across settings by their own message', () => {
    const crossed = z
      .object(httpSettings)
      .refine((settings) => settings.HTTP_PORT !== 1, 'HTTP_PORT must not be 1 here');
    expect(problemsOf(crossed, { HTTP_PORT: '1' })).toEqual(['HTTP_PORT must not be 1 here']);
  });
});

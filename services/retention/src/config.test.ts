import { ConfigError, readConfig } from '@docfleet/config';
import { expect, it } from 'vitest';
import { periodsOf, retentionSettings } from './config.ts';

const environment = {
  KAFKA_BROKERS: '127.0.0.1:9092',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:8081',
  DATABASE_RETENTION_URL: 'postgres://docfleet_retention@127.0.0.1/docfleet',
  S3_ENDPOINT: 'http://127.0.0.1:8333',
  S3_BUCKET: 'docfleet',
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
};

it('A-11: has defaults that can be used together', () => {
  expect(periodsOf(readConfig(retentionSettings, environment))).toMatchObject({ runs: 30, fence: 60 });
});

it('A-11: refuses to start with a fence that is shorter than records can come back', () => {
  const start = () => readConfig(retentionSettings, { ...environment, RETENTION_FENCE_DAYS: '40' });
  expect(start).toThrow(ConfigError);
  expect(start).toThrow(/RETENTION_FENCE_DAYS.*at least 60: records stay in a topic for up to 30 days/s);
});

import { readConfig } from '@docfleet/config';
import { expect, it } from 'vitest';
import { configSchema } from './config.ts';

const needed = {
  KAFKA_BROKERS: '127.0.0.1:9092',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:8081',
  S3_ENDPOINT: 'http://127.0.0.1:8333',
  S3_BUCKET: 'docfleet',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
};
const pools = { EXTRACTION_POOLS: 'bank=invoice,receipt;old=' };
const read = (given: Readonly<Record<string, string>>) => readConfig(configSchema, { ...needed, ...given });

it('M-21: works for a pool of the deployment, or for none', () => {
  expect(read({ ...pools, EXTRACTION_POOL: 'bank' })).toMatchObject({
    EXTRACTION_POOL: 'bank',
    EXTRACTION_POOLS: [
      { name: 'bank', classes: ['invoice', 'receipt'] },
      { name: 'old', classes: [] },
    ],
  });
  expect(read(pools).EXTRACTION_POOL).toBeUndefined();
  expect(read({}).EXTRACTION_POOLS).toEqual([]);
});

it('M-21: refuses a pool that the deployment has not, and a class that does not exist, each with a sentence', () => {
  expect(() => read({ ...pools, EXTRACTION_POOL: 'bnak' })).toThrow(
    'EXTRACTION_POOL is not valid: expected a pool of EXTRACTION_POOLS, which has bank, old',
  );
  expect(() => read({ EXTRACTION_POOL: 'bank' })).toThrow('EXTRACTION_POOLS, which has none');
  expect(() => read({ EXTRACTION_POOLS: 'bank=invoise' })).toThrow(
    /EXTRACTION_POOLS is not valid: expected known document classes, and the pool bank names invoise; there are .*invoice/,
  );
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { endpoints } from './endpoints.ts';

const folder = mkdtempSync(join(tmpdir(), 'endpoints-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileWith(text: string): string {
  const file = join(folder, 'endpoints.json');
  writeFileSync(file, text);
  return file;
}

it('reads the known endpoints and ignores the rest', () => {
  const known = {
    broker: '127.0.0.1:9092',
    registry: 'http://127.0.0.1:8080/apis/ccompat/v7',
    s3: {
      endpoint: 'http://127.0.0.1:8333',
      region: 'r',
      bucket: 'b',
      accessKeyId: 'k',
      secretAccessKey: 's',
    },
    postgres: 'postgres://user@127.0.0.1:5432/docfleet',
    databaseRoles: {
      request: 'postgres://r',
      pipeline: 'postgres://p',
      operator: 'postgres://o',
      retention: 'postgres://x',
      webhooks: 'postgres://x',
    },
    redis: 'redis://127.0.0.1:6379',
  };
  expect(endpoints(fileWith(JSON.stringify({ ...known, pids: { kafka: 1 } })))).toEqual(known);
});

it('names the remedy when the file is missing', () => {
  expect(() => endpoints(join(folder, 'none.json'))).toThrow('start the local stack');
});

it('names the remedy when the file is invalid', () => {
  expect(() => endpoints(fileWith('{"broker": 1}'))).toThrow('is not a valid endpoints file');
});

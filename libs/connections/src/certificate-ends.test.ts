import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '@docfleet/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { certificateEnds } from './certificate-ends.ts';

const dayMs = 86_400_000;
let folder: string;
let authority: Awaited<ReturnType<typeof createAuthority>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-ends-'));
  authority = await createAuthority(folder, 'authority');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('O-04: names the earliest end of the certificates of each setting, from its text or its file', async () => {
  const own = await authority.issue('own');
  const expired = await authority.issue('expired', { expired: true });
  const bundle = `${readFileSync(authority.cert, 'utf8')}${readFileSync(expired.cert, 'utf8')}`;
  const ends = certificateEnds({
    HTTP_TLS_CERT_FILE: own.cert,
    HTTP_TLS_KEY_FILE: own.key,
    KAFKA_TLS_CA_FILE: bundle,
    KAFKA_BROKERS: ['127.0.0.1:9092'],
    DATABASE_TLS_CERT_FILE: undefined,
  });
  const days = ends.map(({ setting, endsAtMs }) => [setting, Math.round((endsAtMs - Date.now()) / dayMs)]);
  expect(days).toEqual([
    ['HTTP_TLS_CERT_FILE', 2],
    ['KAFKA_TLS_CA_FILE', -1],
  ]);
});

test('O-04: a file that is gone, or has no certificate, is left out, and a new one is seen', () => {
  const path = join(folder, 'server.pem');
  const ends = () => certificateEnds({ HTTP_TLS_CLIENT_CA_FILE: path }).length;
  expect(ends()).toBe(0);
  writeFileSync(path, 'nothing');
  expect(ends()).toBe(0);
  writeFileSync(path, readFileSync(authority.cert));
  expect(ends()).toBe(1);
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { auditIn, migrate, openDatabase, sealAuditRows } from '@docfleet/database';
import { createScratchDatabase, endpoints } from '@docfleet/testing';
import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { exportAudit } from '../src/runs/export-audit.ts';
import { verifyAudit } from '../src/runs/verify-audit.ts';

let server: Server | undefined;
afterEach(() => server?.close());

it('A-07: names the first row that was changed, and an end that is not in the chain any more', async () => {
  const scratch = await createScratchDatabase(endpoints().postgres, migrate);
  const owner = openDatabase(scratch.url, { poolSize: 1 });
  const lines: string[] = [];
  const verify = (end?: string) => {
    lines.length = 0;
    const [position = '', hash = ''] = end?.split(':') ?? [];
    const noted = end === undefined ? undefined : { position: BigInt(position), hash };
    return verifyAudit({ url: scratch.urlFor('operator') }, noted, (line) => void lines.push(line));
  };
  const entry = { at: 1_000, actorKeyId: 'k', actorRole: 'r', tenantId: null, action: 'a.b', detail: {} };
  try {
    await auditIn(owner.session).addAll(['1', '2', '3', '4'].map((subject) => ({ ...entry, subject })));
    await sealAuditRows(owner, 3);
    expect(await verify()).toBe(true);
    expect(lines).toEqual([
      'whole: 3 rows, to position 3',
      expect.stringMatching(/^end: 3:[0-9a-f]{64} /),
      'not sealed yet: rows since 1970-01-01T00:00:01.000Z',
    ]);
    const end = /^end: (\S+)/.exec(lines[1] ?? '')?.[1] ?? '';
    await sealAuditRows(owner, 3);
    expect(await verify(end)).toBe(true);
    expect(await verify(end.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).toBe(false);
    expect(lines).toEqual(['BROKEN: the chain does not have the noted hash at position 3.']);
    await sql`alter table audit disable trigger audit_append_only`.execute(owner.session);
    await sql`update audit set subject = 'x' where sealed_as = 2`.execute(owner.session);
    expect(await verify()).toBe(false);
    expect(lines).toEqual(['BROKEN at position 2 (row 2): the row is not the one that was sealed.']);
  } finally {
    await owner.close();
    await scratch.drop();
  }
});

it('A-07: exports rows as they come, and takes no part of them for the whole', async () => {
  let body = '{"id":"1"}\n{"id":"2"}\n';
  server = createServer((request, response) => {
    expect(request.url).toBe(
      '/v1/audit/export?since=1970-01-01T00%3A00%3A01.000Z&until=1970-01-01T00%3A00%3A02.000Z',
    );
    response.end(body);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const exported = async (): Promise<string> => {
    const out = new PassThrough();
    await exportAudit({ since: 1_000, until: 2_000 }, { api, apiKey: 'k' }, out);
    out.end();
    return text(out);
  };
  expect(await exported()).toBe(body);
  body = '{"id":"1"}\n{"id"';
  await expect(exported()).rejects.toThrow('before its last row');
});

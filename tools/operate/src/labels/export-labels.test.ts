import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportLabels } from './export-labels.ts';

const runId = '5f0c1f0e-0000-5000-8000-000000000001';
const gone = '5f0c1f0e-0000-5000-8000-000000000002';
const row = (id: string) => ({ id, file: `${id}.pdf`, documentClass: 'receipt', total: '9.00' });

let folder: string;
let server: Server;
let asked: string[];
let labels: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'labels-'));
  asked = [];
  labels = `${JSON.stringify(row(runId))}\n`;
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    if (path === '/v1/me') response.end(JSON.stringify({ tenantId: 'acme' }));
    else if (path.startsWith('/v1/review/labels')) response.end(labels);
    else if (path.includes(gone)) response.writeHead(410).end();
    else response.end('the document');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const exported = async (tenant?: string) => {
  const said: string[] = [];
  const api = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const given = { tenant, documentClass: 'receipt', since: 0, folder };
  const isWhole = await exportLabels(given, { api, apiKey: 'key' }, (line) => said.push(line));
  return { isWhole, said };
};
const read = (name: string) => readFileSync(join(folder, 'receipt', name), 'utf8');

describe('H-03: labels export', () => {
  it('writes a labelled folder for each class, with the documents', async () => {
    expect((await exported('acme')).isWhole).toBe(true);
    expect(JSON.parse(read('labels.jsonl'))).toEqual(row(runId));
    expect(read(`${runId}.pdf`)).toBe('the document');
    expect(asked[1]).toBe('/v1/review/labels?class=receipt&since=1970-01-01T00%3A00%3A00.000Z');
  });

  it('reads a document once, however often it is exported', async () => {
    await exported();
    await exported();
    expect(asked.filter((path) => path.endsWith('/original'))).toHaveLength(1);
  });

  it('leaves out and names a document that was removed', async () => {
    labels += `${JSON.stringify(row(gone))}\n`;
    const { isWhole, said } = await exported();
    expect(isWhole).toBe(false);
    expect(said[0]).toMatch(/0002\.pdf was left out/);
    expect(read('labels.jsonl').trim().split('\n')).toHaveLength(1);
  });

  it('refuses a key of another tenant, an answer that was cut short, and names that are paths', async () => {
    await expect(exported('other')).rejects.toThrow(/The key is of tenant acme, not of other/);
    labels = labels.slice(0, -1);
    await expect(exported()).rejects.toThrow(/ended before its last row/);
    labels = `${JSON.stringify({ ...row(runId), file: '../../etc/passwd' })}\n`;
    await expect(exported()).rejects.toThrow();
    expect(existsSync(join(folder, 'receipt'))).toBe(false);
  });
});

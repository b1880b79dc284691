import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FailureError } from '@docfleet/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { openRegistryCodec } from './registry-codec.ts';

const ownId = 7;

/** A registry that knows this build's schemas and answers every other request by `answer`. */
async function startRegistry(answer: (id: number, response: ServerResponse) => void) {
  const asked: number[] = [];
  let open = 0;
  let mostOpen = 0;
  const server = createServer((request, response) => {
    request.resume();
    const id = /^\/schemas\/ids\/(\d+)$/.exec(request.url ?? '')?.[1];
    if (id === undefined) {
      response.end(JSON.stringify({ id: ownId }));
      return;
    }
    asked.push(Number(id));
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    response.once('close', () => {
      open -= 1;
    });
    answer(Number(id), response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, open: () => open, mostOpen: () => mostOpen };
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

function bytesOf(id: number): Buffer {
  const header = Buffer.alloc(6);
  header.writeUInt32BE(id, 1);
  return header;
}

const refuse = (_: number, response: ServerResponse): void => {
  response.writeHead(404).end('{}');
};

const codeOf = (error: unknown): unknown => (error instanceof FailureError ? error.code : error);

describe('looking up schemas of records', () => {
  it('asks for a few ids at a time and for each one once, however many records name them', async () => {
    const registry = await startRegistry((id, response) => {
      setTimeout(refuse, 5, id, response);
    });
    const codec = openRegistryCodec({ url: registry.url });
    const decodeAll = () =>
      Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          codec.decode('fleet.level', bytesOf(1_000 + (index % 100))).catch(codeOf),
        ),
      );
    expect(new Set(await decodeAll())).toEqual(new Set(['RECORD_UNDECODABLE']));
    expect(new Set(await decodeAll())).toEqual(new Set(['RECORD_UNDECODABLE']));
    expect(registry.asked.length).toBe(100);
    expect(registry.mostOpen()).toBeLessThanOrEqual(4);
  });

  it('does not hold up records of this build behind ids that are looked up', async () => {
    const registry = await startRegistry(() => undefined);
    const codec = openRegistryCodec({ url: registry.url });
    const waiting = Array.from({ length: 50 }, (_, index) =>
      codec.decode('fleet.level', bytesOf(1_000 + index)).catch(codeOf),
    );
    const value = {
      tenantId: 'acme',
      requestId: null,
      documentId: null,
      source: { uri: 's3://docfleet/x', sha256: null },
      fileName: null,
      region: null,
      callbackUrl: null,
      route: null,
      expectations: {},
      documentClass: null,
      checks: true,
      review: 'tenant',
      submittedAt: 0,
    };
    const bytes = await codec.encode('documents.normal', value);
    expect(bytes.readUInt32BE(1)).toBe(ownId);
    expect(await codec.decode('documents.normal', bytes)).toEqual(value);
    await stops.pop()?.();
    await Promise.all(waiting);
  });

  it('aborts requests that take too long, and lets what waits behind them try again later', async () => {
    const registry = await startRegistry(() => undefined);
    const codec = openRegistryCodec({ url: registry.url, timeoutMs: 200 });
    const codes = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        codec.decode('fleet.level', bytesOf(1_000 + index)).catch(codeOf),
      ),
    );
    expect(new Set(codes)).toEqual(new Set(['REGISTRY_UNAVAILABLE']));
    await expect.poll(registry.open).toBe(0);
    expect(registry.asked.length).toBe(4);
  });

  it('keeps no outage: an id is asked for again', async () => {
    let isAway = true;
    const registry = await startRegistry((id, response) => {
      if (isAway) response.writeHead(503).end();
      else refuse(id, response);
    });
    const codec = openRegistryCodec({ url: registry.url });
    const decode = () => codec.decode('fleet.level', bytesOf(1_000)).catch(codeOf);
    expect(await decode()).toBe('REGISTRY_UNAVAILABLE');
    isAway = false;
    await expect.poll(decode, { timeout: 10_000 }).toBe('RECORD_UNDECODABLE');
  });
});

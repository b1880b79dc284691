import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { cachedValues, openRedisCache, type RedisCache } from '../src/index.ts';
import { afterEach, expect, test, vi } from 'vitest';

/**
 * A fake Redis: a TCP server that answers each command with what a test supplies, or not at all. The cases are about
 * answers that a real server does not give on demand.
 */
class FakeRedis {
  readonly commands: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(answer: (command: string) => string | undefined) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        for (const command of chunk.toString('latin1').split(/(?=^\*\d+\r\n)/m)) {
          this.commands.push(command);
          const reply = answer(command.toUpperCase());
          if (reply !== undefined) socket.write(Buffer.from(reply, 'latin1'));
        }
      });
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `redis://127.0.0.1:${String(address.port)}`;
  }

  countOf(name: string): number {
    return this.commands.filter((command) => command.toUpperCase().includes(`\r\n${name}\r\n`)).length;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

vi.setConfig({ testTimeout: 30_000 });

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function cacheOn(
  answer: (command: string) => string | undefined,
): Promise<{ redis: FakeRedis; cache: RedisCache; problems: string[] }> {
  const redis = new FakeRedis(answer);
  const problems: string[] = [];
  const cache = openRedisCache({ url: await redis.listen(), onProblem: (reason) => problems.push(reason) });
  closers.push(
    () => redis.close(),
    () => {
      cache.close();
    },
  );
  return { redis, cache, problems };
}

const isGet = (command: string): boolean => command.includes('\r\nGET\r\n');
const text = { ttlMs: 1000, parse: String };

test('D-04 answers of the wrong kind are misses', async () => {
  for (const answer of ['$7\r\ngarbage\r\n', ':42\r\n', '*2\r\n$1\r\na\r\n$1\r\nb\r\n', '$-1\r\n']) {
    const { redis, cache } = await cacheOn((command) => (isGet(command) ? answer : '+OK\r\n'));
    const values = cachedValues(cache, text);
    await vi.waitFor(async () => {
      expect(await values.get('key')).toBeUndefined();
      expect(redis.countOf('GET')).toBeGreaterThan(0);
    });
    expect(values.counts().hits).toBe(0);
  }
});

test('D-04 a server that answers errors or nonsense bytes gets no commands for a while', async () => {
  for (const answer of ['-OOM command not allowed\r\n', '!!!nonsense\r\n']) {
    const { redis, cache, problems } = await cacheOn((command) => (isGet(command) ? answer : '+OK\r\n'));
    await vi.waitFor(async () => {
      await cache.get('key');
      expect(problems).toHaveLength(1);
    });
    const countOf = redis.countOf('GET');
    expect([await cache.get('key'), redis.countOf('GET')]).toEqual([undefined, countOf]);
  }
});

test('D-04 a server that never answers costs one timeout', async () => {
  const { cache, problems } = await cacheOn((command) => (isGet(command) ? undefined : '+OK\r\n'));
  await vi.waitFor(async () => {
    await cache.get('key');
    expect(problems).toHaveLength(1);
  });
  const started = performance.now();
  for (let index = 0; index < 100; index += 1) expect(await cache.get('key')).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(100);
});

test('D-04 without a server every get is a miss and every set does nothing', async () => {
  const redis = new FakeRedis(() => undefined);
  const url = await redis.listen();
  await redis.close();
  const problems: string[] = [];
  const cache = openRedisCache({ url, onProblem: (reason) => problems.push(reason) });
  closers.push(() => {
    cache.close();
  });
  await cache.set('key', Buffer.from('value'), 1000);
  expect(await cache.get('key')).toBeUndefined();
  await vi.waitFor(() => {
    expect(problems).toHaveLength(1);
  });
});

test('D-04 a stored value is returned, and was sent with its time to live', async () => {
  let kept = '';
  const { redis, cache } = await cacheOn((command) => (isGet(command) ? kept : '+OK\r\n'));
  const values = cachedValues(cache, text);
  await vi.waitFor(async () => {
    await values.set('key', 'value');
    expect(redis.countOf('SET')).toBeGreaterThan(0);
  });
  const stored = redis.commands.findLast((command) => /\r\nset\r\n/i.test(command)) ?? '';
  const [, bytes = ''] = /\$\d+\r\nkey\r\n\$\d+\r\n([^]*)\r\n\$2\r\nPX\r\n\$4\r\n1000\r\n/.exec(stored) ?? [];
  kept = `$${String(bytes.length)}\r\n${bytes}\r\n`;
  expect(await values.get('key')).toBe('value');
});

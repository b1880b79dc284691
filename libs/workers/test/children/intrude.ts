import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sandboxLevels, startWorkerPool } from '../../src/index.ts';
import type { IntruderJob, IntruderSetup } from './intruder.ts';

/** Lets an intruder try everything in a child of the level in the arguments; prints what it could do, as JSON. */
const level = sandboxLevels.find((known) => known === process.argv[2]);
if (level === undefined) throw new Error('usage: intrude.ts <level>');

const home = mkdtempSync(join(tmpdir(), 'docfleet-home-'));
writeFileSync(join(home, 'secret'), 'secret');
const socketPath = join(home, 'socket');
const servers = [createServer(), createServer()] as const;
await new Promise<void>((resolve) => servers[0].listen(0, '127.0.0.1', resolve));
await new Promise<void>((resolve) => servers[1].listen(socketPath, resolve));
const udp = createSocket('udp4');
await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));

const pool = startWorkerPool<IntruderJob, unknown>({
  name: 'intruder',
  module: new URL('./intruder.ts', import.meta.url),
  size: 1,
  maxOldSpaceMb: 64,
  maxDataMb: 1024,
  maxCpuSeconds: 3,
  recycleAfter: 100,
  readRoots: [new URL('../../../..', import.meta.url).pathname],
  sandbox: level,
  env: { TZ: 'UTC' },
  setup: {
    tcpPort: (servers[0].address() as AddressInfo).port,
    udpPort: udp.address().port,
    socketPath,
    home,
    parent: process.pid,
  } satisfies IntruderSetup,
});
const run = (job: IntruderJob): Promise<unknown> =>
  pool.run(job, { signal: new AbortController().signal, timeoutMs: 60_000, priority: 0 });
const orKilled = (job: IntruderJob): Promise<unknown> => run(job).catch(() => 'killed');
const found = {
  inSetup: await run({ do: 'inSetup' }),
  afterSetup: await run({ do: 'attempt' }),
  environment: await run({ do: 'environment' }),
  write: await orKilled({ do: 'write' }),
  grow: await orKilled({ do: 'grow' }),
  spin: await orKilled({ do: 'spin' }),
};
await pool.close();
for (const server of servers) server.close();
udp.close();
rmSync(home, { recursive: true });
process.stdout.write(JSON.stringify(found));

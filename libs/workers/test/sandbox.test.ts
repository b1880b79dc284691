import { execFile, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chooseSandbox, sandboxLevels, startWorkerPool, type SandboxLevel } from '../src/index.ts';
import { bubblewrap, namespaceArguments } from '../src/sandbox/namespaces.ts';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { descendantsOf } from './children/descendants.ts';
import { attempts, type Attempt } from './children/intruder.ts';
import type { Command } from './children/scripted.ts';

vi.setConfig({ testTimeout: 120_000 });

type Outcome = 'done' | 'refused';
type Outcomes = Record<Attempt, Outcome>;
interface Found {
  readonly inSetup: Outcomes;
  readonly afterSetup: Outcomes;
  readonly environment: readonly string[];
  readonly write: unknown;
  readonly grow: unknown;
  readonly spin: unknown;
}

const root = resolve(import.meta.dirname, '../../..');
const script = fileURLToPath(new URL('./children/intrude.ts', import.meta.url));

/** What a level refuses to a child after its set-up; docs/sandbox.md has the same table. */
const afterSetup: Readonly<Record<Attempt, Readonly<Record<SandboxLevel, Outcome>>>> = {
  tcp: { namespaces: 'refused', 'system-calls': 'refused', 'limits-open-network': 'done' },
  udp: { namespaces: 'refused', 'system-calls': 'refused', 'limits-open-network': 'done' },
  unix: { namespaces: 'refused', 'system-calls': 'refused', 'limits-open-network': 'done' },
  users: { namespaces: 'refused', 'system-calls': 'refused', 'limits-open-network': 'done' },
  parentEnvironment: { namespaces: 'refused', 'system-calls': 'refused', 'limits-open-network': 'done' },
  home: { namespaces: 'refused', 'system-calls': 'refused', 'limits-open-network': 'done' },
  create: { namespaces: 'refused', 'system-calls': 'refused', 'limits-open-network': 'done' },
  fork: { namespaces: 'refused', 'system-calls': 'refused', 'limits-open-network': 'done' },
  program: { namespaces: 'refused', 'system-calls': 'refused', 'limits-open-network': 'done' },
  signalParent: { namespaces: 'refused', 'system-calls': 'refused', 'limits-open-network': 'done' },
  manyFiles: { namespaces: 'refused', 'system-calls': 'refused', 'limits-open-network': 'refused' },
};

/** What a level refuses even in the set-up, which runs code of ours only. */
const refusedInSetup: Readonly<Record<SandboxLevel, readonly Attempt[]>> = {
  namespaces: attempts,
  'system-calls': ['tcp', 'udp', 'unix', 'fork', 'program', 'signalParent', 'manyFiles'],
  'limits-open-network': ['manyFiles'],
};

/** Whether this machine makes namespaces at all, found without what is tested. */
const makesNamespaces =
  spawnSync(bubblewrap, ['--unshare-user', '--unshare-net', '--ro-bind', '/', '/', 'true']).status === 0;
const allowed = sandboxLevels.filter(
  (level) =>
    level === 'limits-open-network' ||
    (level === 'namespaces' ? makesNamespaces : process.platform === 'linux'),
);

const isRoot = process.getuid?.() === 0;
const unprivileged = [
  ...['/usr/bin/setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'],
  ...['--inh-caps=-all', '--bounding-set=-all', 'env', 'HOME=/'],
];
/** Whether another user may read the repository: not where it lies in the home of root. */
const isReadable = (folder: string): boolean =>
  (statSync(folder).mode & 0o001) !== 0 && (dirname(folder) === folder || isReadable(dirname(folder)));
const users: { user: string; as: readonly string[] }[] = [
  { user: 'this user', as: [] },
  ...(isRoot && isReadable(root) && existsSync('/usr/bin/setpriv')
    ? [{ user: 'nobody without capabilities', as: unprivileged }]
    : []),
];

async function intrude(level: SandboxLevel, as: readonly string[]): Promise<Found> {
  const command = [process.execPath, '--conditions=docfleet-source', script, level];
  const { stdout } = await promisify(execFile)('/usr/bin/env', [...as, ...command], { cwd: '/' });
  return JSON.parse(stdout) as Found;
}

const cases = users.flatMap((each) => allowed.map((level) => ({ ...each, level })));

describe.skipIf(process.platform !== 'linux')('an intruder in a child', () => {
  test.each(cases)('of level $level, as $user, reaches what the table says', async ({ level, as }) => {
    const found = await intrude(level, as);
    // Root's own environment is closed to a child without capabilities, which it is at every level.
    const isOpenToAnother = (attempt: Attempt): boolean => attempt !== 'parentEnvironment' || as.length > 0;
    const compared = attempts.filter((attempt) => !isRoot || isOpenToAnother(attempt));
    const refusedOf = (outcomes: Outcomes): readonly Attempt[] =>
      compared.filter((attempt) => outcomes[attempt] === 'refused');
    expect(refusedOf(found.afterSetup)).toEqual(
      compared.filter((attempt) => afterSetup[attempt][level] === 'refused'),
    );
    expect(refusedOf(found.inSetup)).toEqual(
      compared.filter((attempt) => refusedInSetup[level].includes(attempt)),
    );
    expect(found.environment.filter((name) => name !== 'PWD')).toEqual(['TZ']);
    expect([found.write, found.grow, found.spin]).toEqual(['refused', 'killed', 'killed']);
  });

  test('the table of the documentation is this one', () => {
    const text = readFileSync(resolve(root, 'docs/sandbox.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `(\w+)` +\|.*\| (\w+) +\| (\w+) +\| (\w+) +\|$/gm)];
    expect(Object.fromEntries(rows.map(([, name, ...outcomes]) => [name, outcomes]))).toEqual(
      Object.fromEntries(
        attempts.map((attempt) => [attempt, sandboxLevels.map((level) => afterSetup[attempt][level])]),
      ),
    );
  });
});

test.runIf(makesNamespaces)('namespaces alone close the network, without the filter', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const program = `require('node:net').connect(${port}, '127.0.0.1').on('connect', () => process.exit(0)).on('error', () => process.exit(9))`;
  const node = [process.execPath, '-e', program];
  const inside = namespaceArguments([process.execPath]);
  try {
    await expect(promisify(execFile)(bubblewrap, [...inside, ...node])).rejects.toMatchObject({ code: 9 });
    await promisify(execFile)(process.execPath, node.slice(1));
  } finally {
    server.close();
  }
});

test('the strongest level that the machine allows is chosen', async () => {
  expect(await chooseSandbox('best')).toMatchObject({ level: allowed[0] });
});

const pools: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const openFilesOf = (pid: number): readonly string[] =>
  readdirSync(`/proc/${pid}/fd`).map((name) => readlinkSync(`/proc/${pid}/fd/${name}`));

describe.each(allowed)('a child of level %s', (sandbox) => {
  const options = { signal: new AbortController().signal, timeoutMs: 60_000, priority: 0 };
  const poolOf = () => {
    const pool = startWorkerPool<Command, unknown>({
      name: 'test',
      module: new URL('./children/scripted.ts', import.meta.url),
      size: 1,
      maxOldSpaceMb: 64,
      recycleAfter: 100,
      readRoots: [root],
      sandbox,
      setup: { greeting: 'hello' },
    });
    pools.push(pool);
    return pool;
  };

  test('R-05 leaves no process when it is killed at its timeout, and the next one works', async () => {
    const pool = poolOf();
    await pool.run({ do: 'pid' }, options);
    const processes = descendantsOf(process.pid);
    expect(processes.length).toBeGreaterThan(0);
    await expect(pool.run({ do: 'spin' }, { ...options, timeoutMs: 200 })).rejects.toThrow('200 ms');
    await vi.waitFor(() => {
      expect(processes.filter(isAlive)).toEqual([]);
    }, 20_000);
    expect(await pool.run({ do: 'echo', value: 1 }, options)).toEqual({ greeting: 'hello', value: 1 });
  });

  test.skipIf(sandbox === 'limits-open-network')(
    'has no ring, since requests in one pass no filter',
    async () => {
      await poolOf().run({ do: 'pid' }, options);
      const open = descendantsOf(process.pid).flatMap(openFilesOf);
      expect(open).toContain('anon_inode:[eventpoll]');
      expect(open.filter((file) => file.includes('io_uring'))).toEqual([]);
    },
  );

  test('fails only its own job when it crashes', async () => {
    const pool = poolOf();
    await expect(pool.run({ do: 'crash' }, options)).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
    expect(await pool.run({ do: 'echo', value: 2 }, options)).toEqual({ greeting: 'hello', value: 2 });
  });

  test.each(['wait', 'spin'])('dies with its parent in state %s', async (state) => {
    const parent = fork(new URL('./children/parent.ts', import.meta.url), [state, sandbox], {
      execArgv: ['--conditions=docfleet-source'],
      silent: true,
    });
    const [line] = (await once(parent.stdout ?? parent, 'data')) as [Buffer];
    const processes = JSON.parse(line.toString()) as number[];
    expect(processes.filter(isAlive)).toEqual(processes);
    parent.kill('SIGKILL');
    await vi.waitFor(() => {
      expect(processes.filter(isAlive)).toEqual([]);
    }, 20_000);
  });
});

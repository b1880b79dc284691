import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { baseEnvironment } from '../child-environment.ts';
import { run, type Command } from '../command.ts';
import type { Layout } from '../layout.ts';
import { Problem } from '../problem.ts';
import { passable } from '../protect-files.ts';
import type { Machine } from '../provision/machine.ts';
import { postgresPrograms } from '../provision/postgres-programs.ts';
import type { NativeServer, Site } from './native-server.ts';

/** The user and the group `nobody` of every Linux: PostgreSQL refuses to run as root. */
const nobody = { uid: 65_534, gid: 65_534 };

export const postgres: NativeServer = {
  name: 'postgres',
  title: 'PostgreSQL',
  ports: ['postgres'],
  needs: ['postgresql'],
  // SIGINT is its fast shutdown: sessions are ended, data is complete.
  ending: { signal: 'SIGINT', graceMs: 10_000 },

  provision: () => Promise.resolve(),

  async prepare(site) {
    const data = postgresDataFolder(site.layout, site.machine.isRoot);
    if (!existsSync(data)) await createCluster(site, data);
    const settings = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'shared_buffers=64MB',
      'max_connections=200',
      // What a test writes is thrown away with the machine's power, too.
      ...(site.layout.instance !== 'local' ? ['fsync=off', 'full_page_writes=off'] : []),
    ];
    return {
      file: program(site.machine, 'postgres'),
      arguments: ['-D', data, '-p', String(site.ports.postgres), ...settings.flatMap((each) => ['-c', each])],
      folder: data,
      environment: baseEnvironment(site.machine.environment),
      ...userFor(site.machine),
    };
  },

  async isReady({ ports, machine }) {
    const options = ['-q', '-h', '127.0.0.1', '-p', String(ports.postgres), '-U', 'docfleet'];
    return run({ file: program(machine, 'pg_isready'), arguments: options }).then(
      () => true,
      () => false,
    );
  },
};

/** @throws Problem when PostgreSQL is not installed. */
function program(machine: Machine, name: string): string {
  const folder = postgresPrograms(machine);
  if (folder === undefined)
    throw new Problem('PostgreSQL is not installed. On Debian or Ubuntu: apt-get install postgresql');
  return join(folder, name);
}

function userFor(machine: Machine): Pick<Command, 'user'> {
  return machine.isRoot ? { user: nobody } : {};
}

/** Makes the cluster aside and the database in it, then moves it into place: half a cluster is never used. */
async function createCluster(site: Site, data: string): Promise<void> {
  const { machine, secrets } = site;
  const draft = `${data}.draft`;
  const passwordFile = join(dirname(draft), 'postgres.password');
  const asOwner = (name: string, options: readonly string[]): Promise<string> =>
    run(
      { file: program(machine, name), arguments: options, folder: draft, ...userFor(machine) },
      machine.signal,
    );
  rmSync(draft, { recursive: true, force: true });
  if (!draft.startsWith(site.layout.data)) makePassable(dirname(draft));
  mkdirSync(draft, { recursive: true });
  writeFileSync(passwordFile, secrets.postgresPassword, { mode: 0o600 });
  if (machine.isRoot) for (const path of [draft, passwordFile]) chownSync(path, nobody.uid, nobody.gid);
  try {
    const access = ['--username=docfleet', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const text = ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
    await asOwner('initdb', ['-D', draft, ...access, ...text]);
    await createDatabase(site, draft);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(draft, data);
}

/** Makes a folder below /var/lib/docfleet; `nobody` has to pass through both. */
function makePassable(folder: string): void {
  for (const each of [dirname(folder), folder]) {
    mkdirSync(each, { recursive: true });
    chmodSync(each, passable);
  }
}

/** In single-user mode, so that no server has to be up. */
async function createDatabase({ machine }: Site, cluster: string): Promise<void> {
  const script = '"$0" --single -D "$1" postgres <<< "CREATE DATABASE docfleet"';
  const options = ['-c', script, program(machine, 'postgres'), cluster];
  await run({ file: 'bash', arguments: options, folder: cluster, ...userFor(machine) }, machine.signal);
}

/**
 * Below the instance's data; as root, in /var/lib where `nobody` may not pass through the repository's own
 * folders (a checkout in /root, for instance).
 */
export function postgresDataFolder(layout: Layout, isRoot: boolean): string {
  const inside = join(layout.data, 'postgres');
  if (!isRoot) return inside;
  mkdirSync(layout.data, { recursive: true });
  if (isPassable(layout.data)) return inside;
  const name = createHash('sha256').update(layout.root).digest('hex').slice(0, 12);
  return join('/var/lib/docfleet', `${name}-${layout.instance}`, 'postgres');
}

/** Whether any user may pass through the folder and all above it. */
function isPassable(folder: string): boolean {
  const mayPass = (statSync(folder).mode & 0o001) !== 0;
  const parent = dirname(folder);
  return mayPass && (parent === folder || isPassable(parent));
}

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnvironment } from '../child-environment.ts';
import { run } from '../command.ts';
import { anyFreePorts } from '../ports.ts';
import { archiveOptions, writeClassArchive } from '../provision/class-archive.ts';
import { installJava, javaOptions, javaProgram } from '../provision/java.ts';
import { fillOnce, type Machine } from '../provision/machine.ts';
import { runMaven } from '../provision/maven.ts';
import type { NativeServer, ServerCommand } from './native-server.ts';
import { answersHttp } from './probe.ts';

const version = '3.3.3';
const archiveName = `apicurio-registry-app-${version}-all.tar.gz`;
const archiveSha256 = '8bc6751c76d963734224b01d5e7f84ccb3cb61c87d3bd77c36c35f10a5cbed63';

const homeOf = (machine: Machine): string => join(machine.servers, `apicurio-${version}`);
const archiveOf = (machine: Machine): string => join(homeOf(machine), 'registry.aot');

export const registry: NativeServer = {
  name: 'registry',
  title: `Apicurio ${version}`,
  ports: ['registry', 'registry-management'],
  needs: ['python', 'maven'],
  ending: { signal: 'SIGTERM', graceMs: 10_000 },

  async provision(machine) {
    await installJava(machine);
    await fillOnce(homeOf(machine), (draft) => download(machine, draft));
    await train(machine);
  },

  prepare({ layout, ports, machine }) {
    const data = join(layout.data, 'registry');
    mkdirSync(data, { recursive: true });
    const place = { data, port: ports.registry, managementPort: ports['registry-management'] };
    return Promise.resolve(registryCommand(machine, place, archiveOptions(archiveOf(machine))));
  },

  isReady: ({ ports }) => isAnswering(ports.registry),
};

function isAnswering(port: number): Promise<boolean> {
  return answersHttp(`http://127.0.0.1:${port}/apis/ccompat/v7/subjects`);
}

async function download(machine: Machine, draft: string): Promise<void> {
  const artifact = `io.apicurio:apicurio-registry-app:${version}:tar.gz:all`;
  const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
  await runMaven(machine, draft, [copy, `-Dartifact=${artifact}`, '-DoutputDirectory=.']);
  const archive = join(draft, archiveName);
  const digest = createHash('sha256').update(readFileSync(archive)).digest('hex');
  if (digest !== archiveSha256) throw new Error(`${archiveName} has the digest ${digest}`);
  await run({ file: 'tar', arguments: ['-xzf', archive, '-C', draft] }, machine.signal);
  rmSync(archive);
}

interface Place {
  readonly data: string;
  readonly port: number;
  readonly managementPort: number;
}

/** Storage in a file, since ids of schemas stand in every record; both ports on the loopback only. */
function registryCommand(machine: Machine, place: Place, options: readonly string[]): ServerCommand {
  return {
    file: javaProgram(machine),
    arguments: [
      ...javaOptions,
      ...options,
      '-Dquarkus.http.host=127.0.0.1',
      `-Dquarkus.http.port=${place.port}`,
      '-Dquarkus.management.host=127.0.0.1',
      `-Dquarkus.management.port=${place.managementPort}`,
      '-Dquarkus.log.level=WARN',
      '-Dquarkus.http.access-log.enabled=false',
      '-Dapicurio.storage.kind=sql',
      '-Dapicurio.storage.sql.kind=h2',
      `-Dapicurio.datasource.url=jdbc:h2:file:${join(place.data, 'registry')}`,
      '-jar',
      'quarkus-run.jar',
    ],
    folder: homeOf(machine),
    environment: baseEnvironment(machine.environment),
  };
}

async function train(machine: Machine): Promise<void> {
  if (existsSync(archiveOf(machine))) return;
  const data = mkdtempSync(join(tmpdir(), 'docfleet-registry-'));
  try {
    const [port, managementPort] = await anyFreePorts(2);
    const place = { data, port: port ?? 0, managementPort: managementPort ?? 0 };
    await writeClassArchive({
      commandWith: (options) => Promise.resolve(registryCommand(machine, place, options)),
      isReady: () => isAnswering(place.port),
      logFile: join(data, 'registry.log'),
      archive: archiveOf(machine),
      signal: machine.signal,
    });
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

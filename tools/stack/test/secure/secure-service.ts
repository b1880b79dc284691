import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { programEnvironment } from '../../src/child-environment.ts';
import type { Environment } from '../../src/command.ts';
import type { Layout } from '../../src/layout.ts';
import type { ServiceName } from '../../src/names.ts';
import { anyFreePorts } from '../../src/ports.ts';
import { SupervisedProcess } from '../../src/supervised-process.ts';

/** A service that runs with settings of its own. */
export interface SecureService {
  readonly name: ServiceName;
  readonly url: string;
  /** Environment variables of the process, as the system has them. */
  environment(): ReadonlyMap<string, string>;
  /** `/ready`: its status and reasons; undefined while nobody answers. */
  ready(): Promise<{ readonly status: number; readonly reasons: readonly string[] } | undefined>;
  /** Lines of its log. */
  log(): readonly { readonly level: string; readonly message: string }[];
  stop(): Promise<void>;
}

/** Starts a service as the local stack does: from the settings of all, it gets its own; any port unless HTTP_PORT names one. */
export async function startSecureService(
  layout: Layout,
  name: ServiceName,
  everything: Environment,
): Promise<SecureService> {
  const port = Number(everything['HTTP_PORT'] ?? (await anyFreePorts(1))[0]);
  const { root } = layout;
  const given: Environment = { ...everything, HTTP_HOST: '127.0.0.1', HTTP_PORT: String(port) };
  const logFile = join(layout.logs, `${name}-${port}.log`);
  const kept = new SupervisedProcess({
    name,
    command: {
      file: process.execPath,
      arguments: ['--conditions=docfleet-source', join(root, 'services', name, 'src/main.ts')],
      folder: root,
      environment: await programEnvironment(root, `services/${name}`, given),
    },
    logFile,
    ending: { signal: 'SIGTERM', graceMs: 20_000 },
    onChange: () => undefined,
    report: () => undefined,
  });
  const url = `${given['HTTP_TLS_CERT_FILE'] === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return {
    name,
    url,
    environment: () => environmentOf(kept.identity?.pid ?? 0),
    ready: async () => {
      try {
        const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(5_000) });
        const { reasons } = (await answer.json()) as { readonly reasons: readonly string[] };
        return { status: answer.status, reasons };
      } catch {
        return undefined;
      }
    },
    log: () => linesOf(logFile),
    stop: () => kept.stop(),
  };
}

function environmentOf(pid: number): ReadonlyMap<string, string> {
  const entries = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  return new Map(
    entries
      .filter((entry) => entry !== '')
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}

function linesOf(logFile: string): { level: string; message: string }[] {
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { level: string; message: string });
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Role } from '@docfleet/domain';
import { startGateway } from './gateway.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const resources = join(import.meta.dirname, 'resources');
const folder = join(root, '.docfleet/servers/schemathesis-4.32.5');

/**
 * Sends a gateway what Schemathesis makes of its OpenAPI document, with all checks, and returns the report.
 *
 * @throws Error with the report when a check fails
 */
export async function fuzzApi({
  examples,
  role,
  seed,
}: {
  readonly examples: number;
  /** Makes the examples the same in every run; left out, each run makes others and prints their seed. */
  readonly seed?: number;
  /** Of the key that every call carries. */
  readonly role: Role;
}): Promise<string> {
  await install();
  const unlimited = 1_000_000_000;
  const gateway = await startGateway({
    callsPerMinute: unlimited,
    failedCallsPerMinute: unlimited,
    // Nothing processes documents there, so a stream of events would stay open for as long as it may.
    streamTimes: { longestMs: 500 },
  });
  try {
    const key = await gateway.keyOf('fuzzing', role);
    const program = `import sys; sys.path.insert(0, ${JSON.stringify(folder)}); from schemathesis.cli import schemathesis; schemathesis()`;
    const { stdout } = await run(
      'python3',
      [
        ...['-c', program, '--config-file', join(resources, 'schemathesis.toml')],
        ...['run', `${gateway.url}/openapi.json`, '--checks', 'all', '--no-color'],
        ...(seed === undefined ? [] : ['--seed', String(seed), '--generation-deterministic']),
        ...['--max-examples', String(examples), '--header', `Authorization: Bearer ${key}`],
      ],
      { maxBuffer: 64 * 1024 * 1024, cwd: gateway.spoolFolder },
    ).catch((error: unknown) => {
      const report = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
      throw new Error(`Schemathesis found a fault:\n${report.slice(-20_000)}`, { cause: error });
    });
    return stdout;
  } finally {
    await gateway.close();
  }
}

/** Installs the pinned version once; a folder that was left half filled is made anew. */
async function install(): Promise<void> {
  if (existsSync(folder)) return;
  const draft = `${folder}-draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await run('python3', [
    ...['-m', 'pip', 'install', '--quiet', '--no-deps', '--require-hashes', '--disable-pip-version-check'],
    ...['--root-user-action', 'ignore', '--target', draft],
    ...['--requirement', join(resources, 'schemathesis.txt')],
  ]);
  await rename(draft, folder);
}

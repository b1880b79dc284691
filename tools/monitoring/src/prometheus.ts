import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Paths of the programs of Prometheus. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  readonly promtool: string;
}

/**
 * The programs of Prometheus: those on the search path, else those of the Debian package `prometheus`, which is downloaded
 * and unpacked below `folder` once. It is not installed, so no server starts and no right of root is needed.
 *
 * @throws Error when neither can be had, with what to install
 */
export async function bringPrometheus(folder: string, searchPath: string): Promise<PrometheusPrograms> {
  const installed = searchPath.split(delimiter).find((each) => hasPrograms(each));
  if (installed !== undefined) return programsIn(installed);
  const target = join(folder, 'prometheus');
  const own = join(target, 'usr/bin');
  if (!hasPrograms(own)) await unpack(target);
  return programsIn(own);
}

function programsIn(folder: string): PrometheusPrograms {
  return { prometheus: join(folder, 'prometheus'), promtool: join(folder, 'promtool') };
}

function hasPrograms(folder: string): boolean {
  return folder !== '' && Object.values(programsIn(folder)).every((path: string) => existsSync(path));
}

/** Unpacks aside and renames, so that what was broken off is never taken for complete. */
async function unpack(target: string): Promise<void> {
  const draft = `${target}.draft-${String(process.pid)}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  try {
    await download(draft);
    const archive = readdirSync(draft).find((name) => name.endsWith('.deb'));
    if (archive === undefined) throw new Error('apt-get left no archive');
    const unpacked = join(draft, 'unpacked');
    await run('dpkg-deb', ['--extract', join(draft, archive), unpacked]);
    if (!existsSync(target)) renameSync(unpacked, target);
  } catch (cause) {
    throw new Error(
      'Prometheus is neither installed nor could its Debian package be downloaded. On Debian or Ubuntu: sudo apt-get install prometheus',
      { cause },
    );
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Where the lists of packages are missing or old, they are fetched, which takes root. */
async function download(folder: string): Promise<void> {
  const get = () => run('apt-get', ['--quiet', 'download', 'prometheus'], { cwd: folder });
  try {
    await get();
  } catch {
    await run('apt-get', ['--quiet', 'update']);
    await get();
  }
}

import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Programs of a Debian package. */
export interface DebianPackage {
  /** Its name. */
  readonly name: string;
  /** Names of the programs; all of them must be there. */
  readonly programs: readonly string[];
  /** Also unpack the libraries that this machine lacks; the programs are then started through scripts that name them. */
  readonly withLibraries?: true;
}

/**
 * The folder with the programs of a package: one of the search path, else below `folder`, where the package is downloaded and
 * unpacked once. It is not installed, so no server starts and no right of root is needed.
 *
 * @throws Error when neither can be had, with what to install
 */
export async function bringDebianPackage(
  wanted: DebianPackage,
  { folder, searchPath }: { readonly folder: string; readonly searchPath: string },
): Promise<string> {
  const hasAll = (place: string): boolean =>
    place !== '' && wanted.programs.every((program) => existsSync(join(place, program)));
  const installed = searchPath.split(delimiter).find(hasAll);
  if (installed !== undefined) return installed;
  const target = join(folder, wanted.name);
  const own = join(target, wanted.withLibraries === true ? 'bin' : 'usr/bin');
  if (!hasAll(own)) await unpack(wanted, target);
  return own;
}

/** Unpacks aside and renames, so that what was broken off is never taken for complete. */
async function unpack(wanted: DebianPackage, target: string): Promise<void> {
  const { name, withLibraries, programs } = wanted;
  const draft = `${target}.draft-${String(process.pid)}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  try {
    await download(withLibraries === true ? await lackingPackages(name) : [name], draft);
    const archives = readdirSync(draft).filter((file) => file.endsWith('.deb'));
    if (archives.length === 0) throw new Error('apt-get left no archive');
    const unpacked = join(draft, 'unpacked');
    for (const archive of archives) await run('dpkg-deb', ['--extract', join(draft, archive), unpacked]);
    if (withLibraries === true) writeStarters(unpacked, target, programs);
    if (!existsSync(target)) renameSync(unpacked, target);
  } catch (cause) {
    throw new Error(
      `${name} is neither installed nor could its Debian package be downloaded. On Debian or Ubuntu: sudo apt-get install ${name}`,
      { cause },
    );
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The package and those that it needs, as far as they are not installed: what `apt-get install` would bring. */
async function lackingPackages(name: string): Promise<readonly string[]> {
  const { stdout } = await withLists(() =>
    run('apt-get', ['--quiet', '--simulate', '--no-install-recommends', 'install', name]),
  );
  return [...stdout.matchAll(/^Inst (\S+)/gm)].flatMap(([, lacking]) => lacking ?? []);
}

async function download(names: readonly string[], folder: string): Promise<void> {
  await withLists(() => run('apt-get', ['--quiet', 'download', ...names], { cwd: folder }));
}

/** Where the lists of packages are missing or old, they are fetched, which takes root. */
async function withLists<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch {
    await run('apt-get', ['--quiet', 'update']);
    return action();
  }
}

/** Scripts that start programs with the libraries that were unpacked with them. */
function writeStarters(unpacked: string, target: string, programs: readonly string[]): void {
  const folders = readdirSync(join(unpacked, 'usr/lib'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(target, 'usr/lib', name));
  mkdirSync(join(unpacked, 'bin'));
  for (const program of programs) {
    const starter = join(unpacked, 'bin', program);
    writeFileSync(
      starter,
      `#!/bin/sh\nLD_LIBRARY_PATH='${folders.join(':')}' exec '${join(target, 'usr/bin', program)}' "$@"\n`,
    );
    chmodSync(starter, 0o755);
  }
}

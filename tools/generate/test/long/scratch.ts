import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const repository = join(import.meta.dirname, '../../../..');

/** What a command in the copy ended with. */
export interface Ended {
  readonly status: number | null;
  /** Both streams. */
  readonly output: string;
}

/** A copy of the repository with its installed packages, to change as one likes. */
export interface Scratch {
  readonly root: string;
  /** Runs a program in the copy: an installed one, or one of the system. */
  run(command: string, ...args: readonly string[]): Ended;
  remove(): void;
}

/** Copies what git knows or would add, and links the installed files where the file system can. */
export function copyRepository(): Scratch {
  const root = mkdtempSync(join(tmpdir(), 'docfleet-new-'));
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: repository,
    encoding: 'utf8',
  });
  for (const file of files.split('\0').filter((path) => path !== '' && existsSync(join(repository, path)))) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    copyFileSync(join(repository, file), join(root, file));
  }
  copyInstalled(root);
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  return {
    root,
    run: (command, ...args) => {
      const installed = join(root, 'node_modules/.bin', command);
      const { status, stdout, stderr, error } = spawnSync(existsSync(installed) ? installed : command, args, {
        cwd: root,
        encoding: 'utf8',
        maxBuffer: 256 * 1024 * 1024,
      });
      return { status, output: [error?.message ?? '', stdout, stderr].join('\n') };
    },
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The packages of the root, and those of a project that needs another version than the root. */
function copyInstalled(root: string): void {
  for (const folder of globSync('{.,{libs,services,tools}/*}/node_modules', { cwd: repository })) {
    copyPackages(join(repository, folder), join(root, folder));
  }
  const list = 'node_modules/.package-lock.json';
  rmSync(join(root, list));
  copyFileSync(join(repository, list), join(root, list));
  rmSync(join(root, 'node_modules/.vite'), { recursive: true, force: true });
}

function copyPackages(from: string, to: string): void {
  // Links cost no space; npm replaces files and does not write into them, but for its own list.
  const { status } = spawnSync('cp', ['-al', from, to]);
  if (status !== 0) {
    rmSync(to, { recursive: true, force: true });
    cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  }
}

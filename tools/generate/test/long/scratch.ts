import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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

function copyInstalled(root: string): void {
  const from = join(repository, 'node_modules');
  const to = join(root, 'node_modules');
  // Links cost no space; npm replaces files and does not write into them, but for its own list.
  const { status } = spawnSync('cp', ['-al', from, to]);
  if (status !== 0) {
    rmSync(to, { recursive: true, force: true });
    cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  }
  const list = join(to, '.package-lock.json');
  rmSync(list);
  copyFileSync(join(from, '.package-lock.json'), list);
  rmSync(join(to, '.vite'), { recursive: true, force: true });
}

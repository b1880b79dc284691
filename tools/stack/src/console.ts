import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';
import { holdingLock } from './lock.ts';
import { digestFiles } from './sources.ts';

/** What the built console is made from. */
const sources = [
  'services/console/index.html',
  'services/console/public',
  'services/console/src',
  'services/console/vite.config.ts',
  'libs/client/src',
  'package-lock.json',
];

/** Beside the built files: the digest of what they were made from. */
const digestFile = '.sources.sha256';

/** Another command may be building it at the moment. */
const buildWaitMs = 120_000;

export interface ConsoleBuild {
  /** Root of the repository. */
  readonly root: string;
  readonly signal?: AbortSignal;
}

/**
 * Builds the console's browser application into `services/console/dist`, where the gateway finds it, unless it was built
 * from the same sources. The folder appears when it is complete.
 *
 * @returns whether it was built
 * @throws CommandFailed with what the build printed
 */
export async function buildConsole({ root, signal }: ConsoleBuild): Promise<boolean> {
  const built = join(root, 'services/console/dist');
  const drafts = join(root, '.docfleet');
  return holdingLock(join(drafts, 'console.lock'), buildWaitMs, async () => {
    const digest = digestFiles(root, sources);
    if (textOf(join(built, digestFile)) === digest) return false;
    const draft = join(drafts, 'console.draft');
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    const options = ['--outDir', draft, '--emptyOutDir', '--logLevel', 'error'];
    await run(
      {
        file: process.execPath,
        arguments: [vite, 'build', join(root, 'services/console'), ...options],
        folder: root,
        // Nothing of the caller's: the same sources give the same files.
        environment: { NODE_ENV: 'production' },
      },
      signal,
    );
    writeFileSync(join(draft, digestFile), digest);
    rmSync(built, { recursive: true, force: true });
    renameSync(draft, built);
    return true;
  });
}

/** Undefined where there is no such file. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

import { existsSync, renameSync, rmSync } from 'node:fs';
import type { ServerCommand } from '../servers/native-server.ts';
import { spawnServer } from '../servers/spawn-server.ts';
import { signalGroup, waitUntil } from '../processes.ts';
import { Problem } from '../problem.ts';

export interface Training {
  /** Gives the command with these options added to the virtual machine. */
  readonly commandWith: (options: readonly string[]) => Promise<ServerCommand>;
  readonly isReady: () => Promise<boolean>;
  readonly logFile: string;
  readonly archive: string;
  readonly signal: AbortSignal;
}

/** Time a trained server may take to start, and again to leave and write its archive. */
const timeoutMs = 120_000;

/**
 * Starts the server once on data that is thrown away and lets the virtual machine write an archive of the loaded
 * and linked classes when it ends (AOT cache, JEP 514): later starts take about half the processor time.
 */
export async function writeClassArchive(training: Training): Promise<void> {
  if (existsSync(training.archive)) return;
  const draft = `${training.archive}.draft`;
  rmSync(draft, { force: true });
  const child = spawnServer(await training.commandWith([`-XX:AOTCacheOutput=${draft}`]), training.logFile);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  try {
    const ready = await waitUntil(async () => {
      training.signal.throwIfAborted();
      return hasEnded() || (await training.isReady());
    }, timeoutMs);
    if (!ready || hasEnded()) throw new Problem(`A server did not start; see ${training.logFile}`);
    child.kill('SIGTERM');
    await waitUntil(() => {
      training.signal.throwIfAborted();
      return hasEnded();
    }, timeoutMs);
  } finally {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  }
  // Without an archive the server only starts more slowly.
  if (existsSync(draft)) renameSync(draft, training.archive);
}

/** The option that uses the archive, if it is there; one that does not fit is ignored by the virtual machine. */
export function archiveOptions(archive: string): string[] {
  return existsSync(archive) ? [`-XX:AOTCache=${archive}`] : [];
}

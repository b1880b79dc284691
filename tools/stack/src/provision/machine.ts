import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../command.ts';
import type { Progress } from '../progress.ts';

/** The machine as set-up steps see it. */
export interface Machine {
  /** Root of the repository. */
  readonly root: string;
  /** Folder of downloaded servers. */
  readonly servers: string;
  readonly environment: Environment;
  readonly isRoot: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Ends everything that goes on beside a step that failed. */
  readonly abortOthers: (reason: unknown) => void;
}

/** Folder of files that set-up steps bring along. */
export function resourcesOf(machine: Machine): string {
  return join(machine.root, 'tools/stack/resources');
}

export function searchPathOf(machine: Pick<Machine, 'environment'>): string {
  return machine.environment['PATH'] ?? '';
}

const filling = new Map<string, Promise<void>>();

/**
 * Fills a folder once: it appears only when `fill` is done, so what a broken-off attempt left is never taken for
 * complete, and two servers that need the same folder fill it together.
 */
export async function fillOnce(folder: string, fill: (draft: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return;
  const work = filling.get(folder) ?? fillAside(folder, fill);
  filling.set(folder, work);
  await work.finally(() => filling.delete(folder));
}

async function fillAside(folder: string, fill: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  await fill(draft);
  renameSync(draft, folder);
}

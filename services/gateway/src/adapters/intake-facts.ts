import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import process from 'node:process';
import type { FleetHealth } from '@docfleet/contracts';
import type { IntakeFacts } from '../core/intake-checks.ts';
import type { DependencyStatus } from '../core/readiness.ts';

/** Reads what the checks before a batch are about. */
export function intakeFacts(of: {
  readonly spoolFolder: string;
  readonly checkDependencies: () => Promise<Pick<DependencyStatus, 'broker' | 'store'>>;
  /** Undefined: the reports were not read yet. */
  readonly processes: () => readonly Pick<FleetHealth, 'service'>[] | undefined;
}): () => Promise<IntakeFacts> {
  return async () => {
    const [{ broker, store }, disk] = await Promise.all([of.checkDependencies(), statfs(of.spoolFolder)]);
    return {
      freeMemoryBytes: freeMemory(),
      freeDiskBytes: disk.bavail * disk.bsize,
      brokerAnswers: broker,
      storeAnswers: store,
      services: of.processes()?.map(({ service }) => service),
    };
  };
}

/**
 * Memory that this process may still take, in bytes. In a container it is the limit without what the process has: what
 * the kernel counts against a container besides, such as cached files, is given up when it is needed.
 */
function freeMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit - process.memoryUsage.rss() : process.availableMemory();
}

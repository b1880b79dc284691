import { readFileSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { Problem } from './problem.ts';

const gibibyte = 1024 ** 3;

/** What servers, services and two models need beside each other; measured at about half of it. */
const neededBytes = { disk: 4 * gibibyte, memory: 4 * gibibyte };

export interface Resources {
  readonly diskBytes: number;
  readonly memoryBytes: number;
}

/** @throws Problem when less than 4 GiB of disk or of memory is free. */
export function checkResources(resources: Resources): void {
  const size = (bytes: number): string => `${(bytes / gibibyte).toFixed(1)} GiB`;
  const lacking = [
    resources.diskBytes < neededBytes.disk &&
      `disk: ${size(neededBytes.disk)} needed, ${size(resources.diskBytes)} free`,
    resources.memoryBytes < neededBytes.memory &&
      `memory: ${size(neededBytes.memory)} needed, ${size(resources.memoryBytes)} free`,
  ].filter((line) => line !== false);
  if (lacking.length > 0)
    throw new Problem(
      ['This machine has too little free space; free some and repeat the command:', ...lacking].join(
        '\n  - ',
      ),
    );
}

export function measureResources(folder: string): Resources {
  const disk = statfsSync(folder);
  return {
    diskBytes: disk.bavail * disk.bsize,
    memoryBytes: Math.min(freemem(), ...cgroupFreeBytes((path) => readFileSync(path, 'utf8'))),
  };
}

/** Files that say what a container may use, in the two versions of control groups. */
const cgroupFiles = [
  {
    limit: '/sys/fs/cgroup/memory.max',
    usage: '/sys/fs/cgroup/memory.current',
    stat: '/sys/fs/cgroup/memory.stat',
    cache: /^inactive_file (\d+)$/m,
  },
  {
    limit: '/sys/fs/cgroup/memory/memory.limit_in_bytes',
    usage: '/sys/fs/cgroup/memory/memory.usage_in_bytes',
    stat: '/sys/fs/cgroup/memory/memory.stat',
    cache: /^total_inactive_file (\d+)$/m,
  },
];

/**
 * Bytes left to the container, if it has a limit. Files in the page cache count as used there although they are
 * dropped when memory is needed, so they are subtracted.
 */
export function cgroupFreeBytes(read: (path: string) => string): number[] {
  return cgroupFiles.flatMap((files) => {
    try {
      const limit = Number(read(files.limit));
      const cache = Number(files.cache.exec(read(files.stat))?.[1] ?? 0);
      const free = limit - (Number(read(files.usage)) - cache);
      return Number.isFinite(free) ? [free] : [];
    } catch {
      return [];
    }
  });
}

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Reads a small file; undefined when it cannot be read. */
export type ReadText = (path: string) => string | undefined;

/**
 * CPUs this process may use, at least 1 and possibly a fraction: the container's quota (cgroup v2 `cpu.max`, v1
 * `cpu.cfs_quota_us`) where there is one below what the machine offers. Node's own figure does not know quotas of v1.
 */
export function cpuQuota(read: ReadText = readText, machineCpus: number = availableParallelism()): number {
  const quota = quotaOfV2(read('/sys/fs/cgroup/cpu.max')) ?? quotaOfV1(read) ?? machineCpus;
  return Math.max(1, Math.min(quota, machineCpus));
}

function quotaOfV2(text: string | undefined): number | undefined {
  const [quota, period] = (text ?? '').trim().split(/\s+/);
  return ratio(quota, period);
}

function quotaOfV1(read: ReadText): number | undefined {
  return ratio(
    read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us')?.trim(),
    read('/sys/fs/cgroup/cpu/cpu.cfs_period_us')?.trim(),
  );
}

/** Undefined for `max`, -1, and anything that is no quota. */
function ratio(quota: string | undefined, period: string | undefined): number | undefined {
  const value = Number(quota) / Number(period);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

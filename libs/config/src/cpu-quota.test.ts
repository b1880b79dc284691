import { describe, expect, it } from 'vitest';
import { cpuQuota } from './cpu-quota.ts';

const files = (contents: Record<string, string>) => (path: string) => contents[path];

describe('cpuQuota', () => {
  it('reads the quota of cgroup v2', () => {
    expect(cpuQuota(files({ '/sys/fs/cgroup/cpu.max': '250000 100000\n' }), 8)).toBe(2.5);
  });

  it('takes the machine when v2 sets no quota', () => {
    expect(cpuQuota(files({ '/sys/fs/cgroup/cpu.max': 'max 100000\n' }), 8)).toBe(8);
  });

  it('reads the quota of cgroup v1', () => {
    const v1 = {
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '300000\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    };
    expect(cpuQuota(files(v1), 8)).toBe(3);
  });

  it('is never below one nor above the machine', () => {
    expect(cpuQuota(files({ '/sys/fs/cgroup/cpu.max': '50000 100000' }), 8)).toBe(1);
    expect(cpuQuota(files({ '/sys/fs/cgroup/cpu.max': '900000 100000' }), 8)).toBe(8);
  });
});

import { expect, test } from 'vitest';
import { cgroupFreeBytes, checkResources } from './preflight.ts';

const gibibyte = 1024 ** 3;

test('four GiB of both are enough', () => {
  expect(() => {
    checkResources({ diskBytes: 4 * gibibyte, memoryBytes: 4 * gibibyte });
  }).not.toThrow();
});

test('everything that is too little is named', () => {
  expect(() => {
    checkResources({ diskBytes: 1.5 * gibibyte, memoryBytes: 3 * gibibyte });
  }).toThrow(
    'This machine has too little free space; free some and repeat the command:\n  - disk: 4.0 GiB needed, 1.5 GiB free\n  - memory: 4.0 GiB needed, 3.0 GiB free',
  );
});

function reader(files: Record<string, string>): (path: string) => string {
  return (path) => {
    const text = files[path];
    if (text === undefined) throw new Error(`no ${path}`);
    return text;
  };
}

test('a container has its limit less what it uses, page cache apart', () => {
  const read = reader({
    '/sys/fs/cgroup/memory.max': '8000\n',
    '/sys/fs/cgroup/memory.current': '5000\n',
    '/sys/fs/cgroup/memory.stat': 'anon 1000\ninactive_file 3000\n',
  });
  expect(cgroupFreeBytes(read)).toEqual([6000]);
});

test('a container without a limit, and a machine without control groups, say nothing', () => {
  const unlimited = reader({
    '/sys/fs/cgroup/memory.max': 'max\n',
    '/sys/fs/cgroup/memory.current': '5000\n',
    '/sys/fs/cgroup/memory.stat': '',
  });
  expect(cgroupFreeBytes(unlimited)).toEqual([]);
  expect(cgroupFreeBytes(reader({}))).toEqual([]);
});

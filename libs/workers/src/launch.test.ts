import { expect, test } from 'vitest';
import { launchCommand, type LaunchOptions } from './launch.ts';

const options: LaunchOptions = {
  module: new URL('file:///app/libs/x/src/child.ts'),
  maxOldSpaceMb: 128,
  maxDataMb: 700,
  maxCpuSeconds: 60,
  readRoots: ['/app'],
};
const everything = { exists: () => true, mayDropCapabilities: true };
const start = new URL('./sandbox/start-confined.ts', import.meta.url).pathname;
const node = [
  process.execPath,
  '--max-old-space-size=128',
  '--conditions=docfleet-source',
  '--permission',
  '--allow-addons',
  '--allow-fs-read=/app',
];
const limits = ['/usr/bin/prlimit', '--data=734003200', '--cpu=60', '--nofile=256', '--fsize=0', '--core=0'];
const unprivileged = ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--no-new-privs'];
const hidden = ['/usr/bin/env', '-u', 'NODE_CHANNEL_FD', '-u', 'NODE_CHANNEL_SERIALIZATION_MODE'];
const confined = [process.execPath, '--disable-warning=ExperimentalWarning', start];

/** The whole command line. */
const lineOf = (...args: Parameters<typeof launchCommand>): readonly string[] => {
  const { execPath, execArgv, file } = launchCommand(...args);
  return [execPath, ...execArgv, file];
};

test('with util-linux, a child is limited, has no capabilities, and is killed with its parent', () => {
  expect(lineOf(options, everything)).toEqual([
    ...unprivileged,
    ...['--inh-caps=-all', '--bounding-set=-all'],
    ...limits,
    ...node,
    '/app/libs/x/src/child.ts',
  ]);
});

test('where system calls are filtered, the filter stands before the child starts', () => {
  const machine = { ...everything, mayDropCapabilities: false };
  expect(lineOf({ ...options, sandbox: 'system-calls' }, machine)).toEqual([
    ...hidden,
    ...unprivileged,
    ...limits,
    ...confined,
    ...node,
    '/app/libs/x/src/child.ts',
  ]);
});

test('in namespaces bubblewrap is in the place of setpriv, and threads are limited', () => {
  const line = lineOf({ ...options, sandbox: 'namespaces', startsThreads: true }, everything);
  const bubblewrap = line.slice(hidden.length, line.indexOf('--') + 1);
  expect(bubblewrap[0]).toBe('/usr/bin/bwrap');
  expect(bubblewrap.filter((_, index) => bubblewrap[index - 1] === '--ro-bind')).toEqual([
    process.execPath,
    '/usr/bin/prlimit',
    '/app',
  ]);
  expect(line.slice(line.indexOf('--') + 1)).toEqual([
    ...limits.slice(0, 3),
    '--nproc=256',
    ...limits.slice(3),
    ...confined,
    ...node.slice(0, 5),
    '--allow-worker',
    ...node.slice(5),
    '/app/libs/x/src/child.ts',
  ]);
});

test('without util-linux, node is started directly; a built tree starts the built module', () => {
  const machine = {
    exists: (path: string) => path === '/app/libs/x/src/child.js',
    mayDropCapabilities: true,
  };
  expect(lineOf(options, machine)).toEqual([
    ...node.filter((flag) => !flag.startsWith('--conditions')),
    '/app/libs/x/src/child.js',
  ]);
});

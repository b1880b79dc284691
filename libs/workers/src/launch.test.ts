import { expect, test } from 'vitest';
import { launchCommand } from './launch.ts';

const module = new URL('file:///app/src/child.ts');

test('with util-linux, memory is limited and the child is killed with its parent', () => {
  expect(
    launchCommand(
      { module, maxOldSpaceMb: 128, maxDataMb: 700, permission: { readRoots: ['/app', '/lib'] } },
      () => true,
    ),
  ).toEqual({
    execPath: '/usr/bin/setpriv',
    execArgv: [
      '--pdeathsig',
      'KILL',
      '/usr/bin/prlimit',
      '--data=734003200',
      process.execPath,
      '--max-old-space-size=128',
      '--conditions=docfleet-source',
      '--permission',
      '--allow-fs-read=/app',
      '--allow-fs-read=/lib',
    ],
    file: '/app/src/child.ts',
  });
});

test('without util-linux, node is started directly; a built tree starts the built module', () => {
  expect(
    launchCommand({ module, maxOldSpaceMb: 64, maxDataMb: 700 }, (path) => path === '/app/src/child.js'),
  ).toEqual({
    execPath: process.execPath,
    execArgv: ['--max-old-space-size=64'],
    file: '/app/src/child.js',
  });
});

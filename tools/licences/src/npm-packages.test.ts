import { expect, test } from 'vitest';
import { npmPackages } from './npm-packages.ts';

const lock = JSON.stringify({
  packages: {
    '': { name: 'root', version: '1.0.0', license: 'Apache-2.0' },
    'libs/own': { name: '@own/lib', version: '0.0.0' },
    'node_modules/@own/lib': { resolved: 'libs/own', link: true },
    'node_modules/b': { version: '2.0.0', license: 'MIT' },
    'node_modules/@scope/a': { version: '1.0.0' },
    'node_modules/b/node_modules/c': { version: '3.0.0', license: 'ISC', dev: true },
    'libs/own/node_modules/c': { version: '3.0.0', license: 'ISC' },
    'libs/own/node_modules/b': { version: '1.0.0', license: 'MIT' },
    'node_modules/alias': { name: 'd', version: '4.0.0', license: 'MIT', optional: true },
  },
});

test('every package is listed once a version, none of the repository itself', () => {
  const listed = npmPackages(lock, []).map(({ name, version, licence }) => [name, version, licence]);
  expect(listed).toEqual([
    ['@scope/a', '1.0.0', null],
    ['b', '2.0.0', 'MIT'],
    ['b', '1.0.0', 'MIT'],
    ['c', '3.0.0', 'ISC'],
    ['d', '4.0.0', 'MIT'],
  ]);
});

test('a licence that was read in the package stands for the one that its manifest lacks', () => {
  const [first] = npmPackages(lock, [{ package: '@scope/a', licence: 'BSD-3-Clause' }]);
  expect(first).toMatchObject({ name: '@scope/a', licence: 'BSD-3-Clause', folder: 'node_modules/@scope/a' });
});

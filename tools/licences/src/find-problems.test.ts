import { expect, test } from 'vitest';
import { findProblems } from './find-problems.ts';
import type { Component, Policy } from './policy.ts';

const policy: Policy = {
  allowed: ['MIT', 'Apache-2.0'],
  exceptions: [{ packages: ['image-*'], licence: 'LGPL-3.0-or-later', reason: 'a shared library' }],
  unstated: [],
  wheels: [],
  models: [],
  jars: [],
  images: [],
  system: [],
};

const npm = (name: string, licence: string | null): Component => ({
  name,
  version: '1.0.0',
  licence,
  origin: 'npm',
});

const image = npm('image-linux', 'Apache-2.0 AND LGPL-3.0-or-later');

test('expressions of allowed licences pass, and exceptions for the packages that they name', () => {
  const components = [
    npm('a', 'MIT'),
    npm('b', '(MIT OR GPL-3.0-only)'),
    npm('c', 'Apache-2.0 AND MIT'),
    image,
  ];
  expect(findProblems(components, policy)).toEqual([]);
});

test('a licence that is not allowed, none at all, and one that is no expression are named', () => {
  const components = [
    image,
    npm('copyleft', 'LGPL-3.0-or-later'),
    npm('both', 'MIT AND GPL-3.0-only'),
    npm('silent', null),
    npm('odd', 'SEE LICENSE IN LICENSE'),
  ];
  expect(findProblems(components, policy).map((line) => line.split(';')[0])).toEqual([
    'copyleft 1.0.0: the licence LGPL-3.0-or-later is not in `allowed`',
    'both 1.0.0: the licence MIT AND GPL-3.0-only is not in `allowed`',
    'silent 1.0.0: names no licence',
    'odd 1.0.0: "SEE LICENSE IN LICENSE" is no SPDX expression',
  ]);
});

test('an entry that nothing needs any more is named', () => {
  const old: Policy = { ...policy, unstated: [{ package: 'gone', licence: 'MIT' }] };
  expect(findProblems([npm('a', 'MIT')], old)).toEqual([
    'image-*: not used any more; remove it from components.yaml',
    'gone: not used any more; remove it from components.yaml',
  ]);
});

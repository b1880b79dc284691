import { expect, test } from 'vitest';
import { expandVariables, mapPaths } from './expand.ts';

test.each([
  ['$(A)-$(B)', '1-2'],
  ['$$(A)', '$(A)'],
  ['$(UNKNOWN)', '$(UNKNOWN)'],
  ['$A costs $$', '$A costs $'],
])('expands %s', (text, expanded) => {
  expect(expandVariables(text, { A: '1', B: '2' })).toBe(expanded);
});

const mounts = [
  { mountPath: '/etc', folder: '/pods/1/etc' },
  { mountPath: '/etc/tls/', folder: '/pods/1/tls' },
];

test.each([
  ['/etc/tls/ca.pem', '/pods/1/tls/ca.pem'],
  ['/etc/hosts', '/pods/1/etc/hosts'],
  ['a=/etc,b=/etc/tls', 'a=/pods/1/etc,b=/pods/1/tls'],
  ['file:///etc/tls/key', 'file:///etc/tls/key'],
  ['/var/etc/x', '/var/etc/x'],
  ['/etcd', '/etcd'],
])('finds mounts in %s', (text, mapped) => {
  expect(mapPaths(text, mounts)).toBe(mapped);
});

import { expect, test } from 'vitest';
import { gpuShareOf } from './gpu-share.ts';

test.each([
  ['reads on its GPU', { provider: 'cuda' }, 1],
  ['fell back to the CPU', { provider: 'cpu' }, 0],
  ['has not started', { provider: undefined }, undefined],
  ['could not start', { provider: undefined, hasFailed: true }, 0],
  ['started after all', { provider: 'cuda', hasFailed: true }, 1],
  ['is not meant to have a GPU', { provider: 'cpu', isMeant: false }, undefined],
])('R-02: a process that %s', (_, given, share) => {
  expect(gpuShareOf({ isMeant: true, hasFailed: false, ...given })).toBe(share);
});

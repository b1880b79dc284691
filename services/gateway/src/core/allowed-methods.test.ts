import { expect, it } from 'vitest';
import { allowedMethods } from './allowed-methods.ts';

const routes = [
  { methods: ['GET', 'HEAD'], url: '/v1/jobs' },
  { methods: ['POST'], url: '/v1/jobs' },
  { methods: ['GET'], url: '/v1/jobs/:runId' },
  { methods: ['POST'], url: '/v1/jobs/:runId/cancel' },
  { methods: ['GET'], url: '/docs/*' },
];

it.each([
  ['/v1/jobs', ['GET', 'HEAD', 'POST']],
  ['/v1/jobs/1', ['GET']],
  ['/v1/jobs/1/cancel', ['POST']],
  ['/docs/static/index.css', ['GET']],
  ['/docs/', ['GET']],
  ['/docs', []],
  ['/v1/jobs/', []],
  ['/v1/jobs/1/other', []],
  ['/v1', []],
  ['/', []],
])('knows the methods of %s', (path, methods) => {
  expect(allowedMethods(routes, path)).toEqual(methods);
});

import { expect, test } from 'vitest';
import { engineVersionOf, stageVersionOf } from './routes.ts';

const digests = { detector: 'd'.repeat(64), tiny: '1'.repeat(64), small: '2'.repeat(64) };

test('an engine version names the route and its models only', () => {
  expect([
    engineVersionOf({ route: 'accurate', provider: 'cpu', digests }),
    engineVersionOf({ route: 'auto', provider: 'cpu', digests }),
    engineVersionOf({ route: 'fast', provider: 'cuda', digests }),
  ]).toEqual([
    'onnx-2/accurate/dddddddd+22222222',
    'onnx-2/auto/dddddddd+11111111+22222222',
    'onnx-2/fast/dddddddd+11111111/cuda',
  ]);
});

test('the stage version names all models, or that there are none', () => {
  expect([stageVersionOf(digests), stageVersionOf(undefined)]).toEqual([
    '2-dddddddd-11111111-22222222',
    '2-no-models',
  ]);
});

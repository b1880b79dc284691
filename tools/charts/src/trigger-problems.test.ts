import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scalersList, triggerProblems, type ScaledObject } from './trigger-problems.ts';

const list = scalersList.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '../resources/scalers.json'), 'utf8')),
);

function scaled(triggers: ScaledObject['spec']['triggers'], formula?: string): ScaledObject {
  return {
    kind: 'ScaledObject',
    metadata: { name: 'ocr' },
    spec: {
      scaleTargetRef: { name: 'ocr' },
      minReplicaCount: 1,
      maxReplicaCount: 2,
      advanced: formula === undefined ? {} : { scalingModifiers: { formula } },
      triggers,
    },
  };
}

const metadata = {
  bootstrapServers: 'kafka:9092',
  consumerGroup: 'ocr',
  topic: 'ocr.tasks.urgent',
  sasl: 'none',
};

test('a trigger with the parameters that KEDA knows is right', () => {
  expect(
    triggerProblems(scaled([{ type: 'kafka', name: 'urgent', metadata }], 'max(urgent / 5, 1)'), list),
  ).toEqual([]);
});

test('unknown types, unknown and missing parameters, and values that are not allowed are found', () => {
  const { topic, consumerGroup, sasl } = metadata;
  const triggers = [
    { type: 'kafkaa', metadata: {} },
    { type: 'kafka', metadata: { topic, consumerGroup, sasl: 'scram', lagTreshold: '5' } },
    { type: 'cpu', metadata: {} },
  ];
  expect(sasl).toBe('none');
  expect(triggerProblems(scaled(triggers), list)).toEqual([
    'ocr: no trigger is of the type kafkaa',
    'ocr: kafka: sasl may not be scram',
    'ocr: kafka has no parameter lagTreshold',
    'ocr: kafka needs bootstrapServers',
    'ocr: cpu needs value',
  ]);
});

test('a formula has all triggers with a name, and no others', () => {
  const triggers = [
    { type: 'kafka', name: 'urgent', metadata },
    { type: 'kafka', name: 'high', metadata },
    { type: 'cpu', metadata: { value: '70' } },
  ];
  expect(triggerProblems(scaled(triggers, 'urgent + low'), list)).toEqual([
    'ocr: the formula has low, which is no trigger',
    'ocr: the formula leaves high out',
  ]);
});

import { expect, test } from 'vitest';
import { keepTriggers } from './keda-scalers.ts';

const source = [
  'switch triggerType {',
  '// TRIGGERS-START',
  '\tcase "aws-sqs-queue":',
  '\t\treturn aws()',
  '\tcase "kafka":',
  '\t\treturn kafka()',
  '\tcase "azure-blob":',
  '\t\treturn azure()',
  '\tdefault:',
  '\t\treturn none()',
  '// TRIGGERS-END',
  '}',
].join('\n');

test('only the cases of kept triggers and the default stay', () => {
  expect(keepTriggers(source).split('\n')).toEqual([
    'switch triggerType {',
    '// TRIGGERS-START',
    '\tcase "kafka":',
    '\t\treturn kafka()',
    '\tdefault:',
    '\t\treturn none()',
    '// TRIGGERS-END',
    '}',
  ]);
});

test('a source without the marks is refused', () => {
  expect(() => keepTriggers('switch {}')).toThrow('KEDA lists its scalers elsewhere');
});

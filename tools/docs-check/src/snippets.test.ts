import { expect, test } from 'vitest';
import { matchesOutput, outputsOf, scriptOf, snippetsOf } from './snippets.ts';

const page = [
  '# Page',
  '```bash',
  'not run',
  '```',
  '```bash run',
  'A=1',
  'echo "$A"',
  '```',
  '',
  '```output',
  '1',
  '```',
  '```python run needs=KAFKA_BROKERS,TOPIC',
  'print(2)',
  '```',
].join('\n');

test('blocks that are marked are found, with what they print', () => {
  expect(snippetsOf(page)).toEqual([
    { language: 'bash', code: 'A=1\necho "$A"', needs: [], line: 5, output: '1' },
    { language: 'python', code: 'print(2)', needs: ['KAFKA_BROKERS', 'TOPIC'], line: 13 },
  ]);
});

test('an output without its block, a block without an end and a language that is not run are refused', () => {
  expect(() => snippetsOf('```output\n1\n```')).toThrow('line 1: the output follows no block');
  expect(() => snippetsOf('```bash run\na\n```\ntext\n```output\n1\n```')).toThrow('line 5');
  expect(() => snippetsOf('```bash run\na')).toThrow('line 1: the block is not closed');
  expect(() => snippetsOf('```java run\na\n```')).toThrow('java cannot be run');
});

test('the outputs of a page are told apart, and end with the block that failed', () => {
  const mark = /--- .*(?=')/.exec(scriptOf([{ language: 'bash', code: '', needs: [], line: 1 }]))?.[0] ?? '';
  expect(outputsOf(`1\n${mark}\n${mark}\nhalf`)).toEqual(['1\n', '']);
});

test('what differs from run to run stands in angle brackets', () => {
  expect(matchesOutput('run <runId>: completed.', 'run 5f0c: completed.\n')).toBe(true);
  expect(matchesOutput('run <runId>: completed.', 'run 5f0c: completedX')).toBe(false);
  expect(matchesOutput('run <runId>', 'run ')).toBe(false);
});

import { expect, test } from 'vitest';
import { parseArguments } from './arguments.ts';

const plain = { kind: 'start', files: [], once: false, keep: false, serversOnly: false };

test.each([
  [['start'], plain],
  [['start', 'a.pdf', 'b.png'], { ...plain, files: ['a.pdf', 'b.png'] }],
  [['start', '--once', 'a.pdf'], { ...plain, once: true, files: ['a.pdf'] }],
  [['start', 'a.pdf', '--keep'], { ...plain, keep: true, files: ['a.pdf'] }],
  [['start', '--servers-only'], { ...plain, serversOnly: true }],
  [['start', '--help'], { kind: 'help' }],
  [['stop'], { kind: 'stop' }],
  [['test', 'libs/kafka', '-t', 'name'], { kind: 'test', vitest: ['libs/kafka', '-t', 'name'] }],
  [['unit'], { kind: 'unit', vitest: [] }],
  [[], { kind: 'help' }],
])('%j', (argv, expected) => {
  expect(parseArguments(argv)).toEqual(expected);
});

test('an unknown option is refused', () => {
  expect(() => parseArguments(['start', '--twice'])).toThrow(/Unknown option '--twice'.*--help/);
});

test('an unknown command is refused', () => {
  expect(() => parseArguments(['begin'])).toThrow('Unknown command begin');
});

test('documents cannot be sent to servers alone', () => {
  expect(() => parseArguments(['start', '--servers-only', 'a.pdf'])).toThrow('sends no documents');
});

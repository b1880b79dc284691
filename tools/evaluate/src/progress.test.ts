import { expect, test } from 'vitest';
import { printProgress } from './progress.ts';

function printed(isTTY: boolean, all: number): string {
  let text = '';
  const output = { isTTY, write: (part: string) => (text += part) };
  for (let done = 1; done <= all; done += 1) printProgress(output, done, all);
  return text;
}

test('without a terminal a line follows every 20 documents and the last one', () => {
  expect(printed(false, 41)).toBe('20 of 41 documents\n40 of 41 documents\n41 of 41 documents\n');
});

test('on a terminal one line changes', () => {
  expect(printed(true, 2)).toBe('\r1 of 2 documents \r2 of 2 documents\n');
});

import { expect, test } from 'vitest';
import { readAhead } from './ahead.ts';

test('a stored task is read again, and damage is none', () => {
  const ahead = { taskId: 't', documentClass: 'receipt' };
  expect(readAhead(JSON.stringify(ahead))).toEqual(ahead);
  expect(readAhead('{"taskId":"t"}')).toEqual({ taskId: 't', documentClass: null });
  for (const text of [null, '', '{', 'null', '7', '[]', '{"taskId":7}', '{"taskId":""}']) {
    expect(readAhead(text)).toBeUndefined();
  }
});

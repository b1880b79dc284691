import { expect, it } from 'vitest';
import { readCursor, writeCursor } from './cursor.ts';

it('decodes what it encodes', () => {
  const cursor = { createdAt: 1_700_000_000_123, runId: '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11' };
  expect(readCursor(writeCursor(cursor))).toEqual(cursor);
});

it.each(['', 'x', '%%%', Buffer.from('1/short').toString('base64url')])('refuses %j', (text) => {
  expect(readCursor(text)).toBeUndefined();
});

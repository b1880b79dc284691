import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sseParser } from './sse-parser.ts';

const stream = [
  ': heartbeat\n\n',
  'retry: 2500\nid: 7\nevent: stage\ndata: {"a":1}\n\n',
  'data: first\r\ndata: second\r\n\r\n',
  'event: no data\n\n',
  'id: 8\rdata:x\r\r',
  'id: bad\0id\ndata: y\n\n',
  'id: 9\ndata: not complete\n',
].join('');

const expected = [
  { event: 'stage', data: '{"a":1}', id: '7' },
  { event: 'message', data: 'first\nsecond', id: '7' },
  { event: 'message', data: 'x', id: '8' },
  { event: 'message', data: 'y', id: '8' },
];

test('events are read as the standard says, however the text is cut into pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: stream.length }), { maxLength: 20 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
      const parser = sseParser();
      const events = at.slice(1).flatMap((end, index) => parser.push(stream.slice(at[index], end)));
      expect(events).toEqual(expected);
      expect([parser.lastId(), parser.retryMs()]).toEqual(['8', 2_500]);
    }),
  );
});

test('an id that was known before stays until the stream gives another', () => {
  const parser = sseParser('41');
  expect(parser.push('data: a\n\nid: 42\ndata: b\n\n').map(({ id }) => id)).toEqual(['41', '42']);
});

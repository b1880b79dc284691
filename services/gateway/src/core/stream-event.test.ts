import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InvalidRequest } from './problem.ts';
import { eventText, lastEventId } from './stream-event.ts';

it('writes an event with its id and its data on one line', () => {
  expect(eventText({ event: 'stage', id: 7n, data: { text: 'a\nb\r' } })).toBe(
    'event: stage\nid: 7\ndata: {"text":"a\\nb\\r"}\n\n',
  );
  expect(eventText({ event: 'progress', data: {} })).toBe('event: progress\ndata: {}\n\n');
});

it('no text in the data ends an event', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('\n', '\r', '\u2028', '"', ':', 'a') }), (text) => {
      const written = eventText({ event: 'stage', id: 1n, data: { text } });
      expect(written.split(/\r\n|\r|\n/)).toHaveLength(5);
      expect(JSON.parse(/^data: ([^\n]*)$/m.exec(written)?.[1] ?? '')).toEqual({ text });
    }),
    { numRuns: 50 },
  );
});

it('reads the id that a client has received last', () => {
  expect([
    lastEventId(undefined),
    lastEventId(''),
    lastEventId('0'),
    lastEventId('9223372036854775807'),
  ]).toEqual([undefined, undefined, 0n, 9_223_372_036_854_775_807n]);
});

it.each(['9223372036854775808', '99999999999999999999', '-1', '1e3', ' 1', 'latest', '1; drop table runs'])(
  'refuses %j',
  (header) => {
    expect(() => lastEventId(header)).toThrow(InvalidRequest);
  },
);

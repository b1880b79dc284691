import { describe, expect, it } from 'vitest';
import { decodeClaims, encodeClaims } from './sticky-assigner.ts';

describe('claims', () => {
  it('are decoded as they were encoded', () => {
    const claims = encodeClaims({
      generation: 7,
      partitions: [
        { topic: 'ocr.tasks.high', partition: 3 },
        { topic: 'ocr.tasks.high', partition: 11 },
        { topic: 'ocr.retry.30s', partition: 0 },
      ],
    });
    expect(decodeClaims(claims)).toEqual({
      generation: 7,
      owned: new Map([
        ['ocr.tasks.high', [3, 11]],
        ['ocr.retry.30s', [0]],
      ]),
    });
  });

  it.each(['', '\0', '[]', 'null', '{"generation":1}', '{"generation":1,"owned":{"a":["0"]}}'])(
    'count as none when they read %j',
    (text) => {
      expect(decodeClaims(Buffer.from(text))).toEqual({ generation: 0, owned: new Map() });
    },
  );
});

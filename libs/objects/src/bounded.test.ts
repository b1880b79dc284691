import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openMeter, readBounded } from './bounded.ts';

const threeBytes = (): Readable => Readable.from([Buffer.from('ab'), Buffer.from('c')]);

describe('readBounded', () => {
  it('reads a stream of just the allowed length', async () => {
    await expect(readBounded(threeBytes(), 3)).resolves.toEqual(Buffer.from('abc'));
  });

  it('stops and destroys a longer stream', async () => {
    const stream = threeBytes();
    await expect(readBounded(stream, 2)).rejects.toMatchObject({
      code: 'DOC_TOO_LARGE',
      details: { limit: 2, actual: 3 },
    });
    expect(stream.destroyed).toBe(true);
  });
});

describe('openMeter', () => {
  it('passes bytes through and computes their digest', async () => {
    const meter = openMeter(3);
    await expect(buffer(threeBytes().pipe(meter.stream))).resolves.toEqual(Buffer.from('abc'));
    expect(meter.finish()).toEqual({
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      sizeBytes: 3,
    });
  });

  it('fails a longer stream', async () => {
    const meter = openMeter(2);
    await expect(buffer(threeBytes().pipe(meter.stream))).rejects.toMatchObject({ code: 'DOC_TOO_LARGE' });
  });
});

/** About 1 min, with servers: memory of a gateway stays within a bound while 20 batches stream. */
import { request } from 'node:http';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gateway.ts';

const mebibyte = 1024 ** 2;
const fileBytes = 11 * mebibyte;
const batches = 20;

/**
 * What the gateway may hold of all uploads together: eight streams to the store with two parts of 5 MiB each, and what is
 * being copied from one buffer to the next. All uploads together are 220 MiB.
 */
const maxHeldBytes = 160 * mebibyte;

/** Runs the collector, so that what is measured is held and not only not collected yet. */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ callsPerMinute: 1_000_000, maxFileBytes: fileBytes });
});
afterAll(() => gateway.close());

/** Sends a batch whose bytes are made while they are sent, so that the test holds one piece of them. */
async function send(key: string): Promise<number> {
  const call = request(`${gateway.url}/v1/batches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'multipart/form-data; boundary=b' },
  });
  const answered = once(call, 'response') as Promise<[{ statusCode: number; resume(): void }]>;
  call.write('--b\r\ncontent-disposition: form-data; name="files"; filename="1.pdf"\r\n\r\n');
  for (let sent = 0; sent < fileBytes; sent += piece.length) {
    if (!call.write(piece)) await once(call, 'drain');
  }
  call.end('\r\n--b--\r\n');
  const [answer] = await answered;
  answer.resume();
  return answer.statusCode;
}

const piece = Buffer.alloc(mebibyte / 4, '%PDF');

it(
  'A-02: memory stays within a bound while batches stream, whatever their size',
  { timeout: 300_000 },
  async () => {
    const key = await gateway.keyOf('large', 'producer');
    collect();
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    let onDisk = 0;
    const timer = setInterval(() => {
      collect();
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
      void readdir(gateway.spoolFolder).then((found) => {
        onDisk = Math.max(onDisk, found.length);
      });
    }, 200);
    const statuses = await Promise.all(Array.from({ length: batches }, () => send(key)));
    clearInterval(timer);
    expect(new Set(statuses)).toEqual(new Set([202]));
    process.stdout.write(
      `${batches} uploads at once, ${(batches * fileBytes) / mebibyte} MiB: at most ${Math.ceil(peak / mebibyte)} MiB in buffers, ${onDisk} files on disk\n`,
    );
    expect(peak).toBeLessThan(maxHeldBytes);
    expect(onDisk).toBeLessThanOrEqual(batches);
    expect(await readdir(gateway.spoolFolder)).toEqual([]);
  },
);

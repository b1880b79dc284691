/** About 9 min and 5 GB of disk, with servers: memory of a gateway stays within a bound while 100 files of 50 MB stream. */
import { request } from 'node:http';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { maxBatchFiles, startGateway, type TestGateway } from '../gateway.ts';

const mebibyte = 1024 ** 2;
/** A guard against hanging, in milliseconds: how fast 5 GB are stored depends on the machine. */
const timeoutMs = 1_200_000;

const fileBytes = 50_000_000;
/** Pieces that a file is sent in. */
const pieces = 200;
const batches = 20;
const files = batches * maxBatchFiles;

/**
 * What the gateway may hold of all uploads together: eight streams to the store with two parts of 5 MiB each, and what is
 * being copied from one buffer to the next. All uploads together are 5 GB.
 */
const maxHeldBytes = 160 * mebibyte;

/** Runs the collector, so that what is measured is held and not only not collected yet. */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    callsPerMinute: 1_000_000,
    maxFileBytes: fileBytes,
    requestTimeoutMs: timeoutMs,
    stallTimeoutMs: timeoutMs,
  });
});
afterAll(() => gateway.close());

/** Sends a batch whose bytes are made while they are sent, so that the test holds one piece of them. */
async function send(key: string): Promise<number> {
  const call = request(`${gateway.url}/v1/batches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'multipart/form-data; boundary=b' },
  });
  const answered = once(call, 'response') as Promise<[{ statusCode: number; resume(): void }]>;
  for (let n = 1; n <= maxBatchFiles; n += 1) {
    call.write(`--b\r\ncontent-disposition: form-data; name="files"; filename="${n}.pdf"\r\n\r\n`);
    for (let sent = 0; sent < pieces; sent += 1) {
      if (!call.write(piece)) await once(call, 'drain');
    }
    call.write('\r\n');
  }
  call.end('--b--\r\n');
  const [answer] = await answered;
  answer.resume();
  return answer.statusCode;
}

const piece = Buffer.alloc(fileBytes / pieces, '%PDF');

it(
  'A-02: memory stays within a bound while batches stream, whatever their size',
  { timeout: timeoutMs },
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
      `${files} files of ${fileBytes} bytes in ${batches} batches at once: at most ${Math.ceil(peak / mebibyte)} MiB in buffers, ${onDisk} files on disk\n`,
    );
    expect(peak).toBeLessThan(maxHeldBytes);
    expect(onDisk).toBeLessThanOrEqual(batches);
    expect(await readdir(gateway.spoolFolder)).toEqual([]);
  },
);

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { answerClientError } from './socket-errors.ts';

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

/** What a client receives that sends `first`, then `rest` before it reads anything. */
async function receivedBy(first: string, rest: string): Promise<string> {
  server = createServer().on('clientError', answerClientError).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  client.pause();
  const chunks: Buffer[] = [];
  const closed = once(client, 'close');
  client.write(first);
  await sleep(50);
  client.write(rest);
  await sleep(50);
  client.write(rest);
  client.on('data', (chunk: Buffer) => chunks.push(chunk));
  client.resume();
  await closed;
  return Buffer.concat(chunks).toString();
}

const tooLong = `GET / HTTP/1.1\r\nhost: a\r\nx: ${'h'.repeat(20_000)}`;

it('a client that still sends its headers receives the answer that refuses them', async () => {
  const received = await receivedBy(tooLong, 'h'.repeat(20_000));
  expect(received).toMatch(/^HTTP\/1\.1 431 /);
  expect(received.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(received).toContain('its headers are too large');
});

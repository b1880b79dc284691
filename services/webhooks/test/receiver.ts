import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as it arrived. */
export interface Arrived {
  readonly path: string;
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What is answered: a status, with a header where it redirects; nothing at all; or a broken connection. */
export type Reply = number | { readonly status: number; readonly location: string } | 'silence' | 'break';

export interface Receiver {
  readonly url: string;
  readonly arrived: readonly Arrived[];
  /** Decides about every answer; 200 by default. */
  answer: (message: Arrived) => Reply;
  close(): Promise<void>;
}

/** An HTTP server on the loopback that keeps what it is sent. */
export async function startReceiver(): Promise<Receiver> {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const { data } = JSON.parse(body) as Pick<Arrived, 'data'>;
      const message = { path: request.url ?? '', id: headers['webhook-id'] ?? '', headers, body, data };
      arrived.push(message);
      const reply = receiver.answer(message);
      if (reply === 'break') request.socket.destroy();
      else if (typeof reply === 'number') response.writeHead(reply).end();
      else if (reply !== 'silence') response.writeHead(reply.status, { location: reply.location }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    answer: () => 200,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}

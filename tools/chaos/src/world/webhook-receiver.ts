import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Random } from '@docfleet/samples';
import { z } from 'zod';
import type { WebhookMessage } from '../check/facts.ts';

/** Shares of messages that are refused with 503, and that are read and never answered because the connection breaks. */
const refusedShare = 0.1;
const brokenShare = 0.1;

/** The receiver is away for the last part of every such time, in milliseconds. */
const roundMs = 20_000;
const awayMs = 5_000;

const body = z.object({
  type: z.string(),
  data: z.object({
    runId: z.string().optional(),
    batchId: z.string().optional(),
    taskId: z.string().optional(),
    revision: z.number(),
  }),
});

/** The server of all tenants for their webhooks: it keeps what arrives, refuses some of it, and is away now and then. */
export class WebhookReceiver {
  readonly #server: Server;
  readonly #random: Random;
  readonly #since = performance.now();
  readonly arrived: WebhookMessage[] = [];

  private constructor(random: Random) {
    this.#random = random;
    this.#server = createServer((request, response) => {
      void this.#receive(request, response).catch(() => request.socket.destroy());
    });
    // While it is away nobody is answered, and nothing is kept.
    this.#server.on('connection', (socket) => {
      if (this.#isAway()) socket.destroy();
    });
  }

  static async open(random: Random): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(random);
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  urlOf(tenant: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${tenant}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #isAway(): boolean {
    return (performance.now() - this.#since) % roundMs > roundMs - awayMs;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.#isAway()) {
      request.socket.destroy();
      return;
    }
    const { type, data } = body.parse(JSON.parse(Buffer.concat(chunks).toString()));
    const share = this.#random.next();
    this.arrived.push({
      tenant: (request.url ?? '').slice(1),
      id: String(request.headers['webhook-id']),
      type,
      // An event of a review names its run, too, and is about the task.
      subject: data.taskId ?? data.runId ?? data.batchId ?? '',
      revision: data.revision,
      taken: share >= refusedShare + brokenShare,
    });
    if (share < refusedShare) response.writeHead(503).end();
    else if (share < refusedShare + brokenShare) request.socket.destroy();
    else response.writeHead(200).end();
  }
}

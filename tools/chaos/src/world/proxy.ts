import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Condition of the connection between the fleet and a server. */
export type ProxyCondition =
  | { readonly kind: 'normal' }
  /** Connections are closed, new ones at once. */
  | { readonly kind: 'cut' }
  /** Connections stay open and no data passes. */
  | { readonly kind: 'silent' }
  /** Every chunk is delayed by this time, in milliseconds. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Every request is answered with these bytes; with `close` only one, then the connection is closed. */
  | { readonly kind: 'answer'; readonly bytes: string; readonly close: boolean };

/** A loopback port that forwards data to a server, subject to its condition. */
export class TcpProxy {
  readonly #server: Server;
  readonly #upstreamPort: () => number;
  readonly #sockets = new Set<Socket>();
  #condition: ProxyCondition = { kind: 'normal' };

  private constructor(upstreamPort: () => number) {
    this.#upstreamPort = upstreamPort;
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#accept(socket);
    });
  }

  /** Listens on a free port of 127.0.0.1; `upstreamPort` is called for each connection. */
  static async open(upstreamPort: () => number): Promise<TcpProxy> {
    const proxy = new TcpProxy(upstreamPort);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Sets the condition; closes open connections, except where it can change during a connection. */
  set(condition: ProxyCondition): void {
    const before = this.#condition.kind;
    this.#condition = condition;
    // `slow` and `silent` can begin during a connection.
    const keeps = before === 'normal' && (condition.kind === 'slow' || condition.kind === 'silent');
    if (!keeps && !(before === 'slow' && condition.kind === 'normal')) this.#breakAll();
  }

  async close(): Promise<void> {
    this.#breakAll();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  #breakAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  #accept(client: Socket): void {
    this.#track(client);
    const condition = this.#condition;
    if (condition.kind === 'cut') {
      client.destroy();
      return;
    }
    if (condition.kind === 'answer') {
      client.on('data', () => {
        if (condition.close) client.end(condition.bytes);
        else client.write(condition.bytes);
      });
      return;
    }
    const server = connect({ host: '127.0.0.1', port: this.#upstreamPort(), noDelay: true });
    this.#track(server);
    this.#pass(client, server);
    this.#pass(server, client);
  }

  /** Forwards chunks in order, under the condition at their arrival. */
  #pass(from: Socket, to: Socket): void {
    let last = Promise.resolve();
    from.on('data', (chunk) => {
      const condition = this.#condition;
      if (condition.kind === 'silent') return;
      if (condition.kind === 'slow') {
        const arrives = new Promise<void>((resolve) => setTimeout(resolve, condition.delayMs));
        last = last.then(() => arrives).then(() => void to.write(chunk));
        return;
      }
      last = last.then(() => {
        if (!to.write(chunk)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      });
    });
    from.on('end', () => void last.then(() => to.end()));
    from.on('close', () => void last.then(() => to.destroy()));
  }
}

/** Response of an overloaded store. */
export const unavailable: ProxyCondition = {
  kind: 'answer',
  close: true,
  bytes: 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
};

/** Bytes that are not a valid Redis reply. */
export const garbage: ProxyCondition = {
  kind: 'answer',
  close: false,
  bytes: '\u0007?!$-99\r\n\u0000not a reply\r\n',
};

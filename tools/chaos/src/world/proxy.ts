import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What lies between the fleet and a server. */
export type Weather =
  | { readonly kind: 'clear' }
  /** Connections break, new ones are closed at once. */
  | { readonly kind: 'cut' }
  /** Connections stay and nothing passes. */
  | { readonly kind: 'silent' }
  /** Every piece arrives late by this time, in milliseconds. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Whatever is asked is answered with these bytes; with `close` once, then the connection ends. */
  | { readonly kind: 'answer'; readonly bytes: string; readonly close: boolean };

/** A loopback port that passes everything on to a server, as long as the weather lets it. */
export class TcpProxy {
  readonly #server: Server;
  readonly #upstreamPort: () => number;
  readonly #sockets = new Set<Socket>();
  #weather: Weather = { kind: 'clear' };

  private constructor(upstreamPort: () => number) {
    this.#upstreamPort = upstreamPort;
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#accept(socket);
    });
  }

  /** Listens on a free port of 127.0.0.1; `upstreamPort` is asked at each connection. */
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

  /** Changes the weather; open connections break, since they began in another one. */
  set(weather: Weather): void {
    const before = this.#weather.kind;
    this.#weather = weather;
    // What is only slow or silent begins in the middle of a connection.
    const keeps = before === 'clear' && (weather.kind === 'slow' || weather.kind === 'silent');
    if (!keeps && !(before === 'slow' && weather.kind === 'clear')) this.#breakAll();
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

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  #accept(client: Socket): void {
    this.#keep(client);
    const weather = this.#weather;
    if (weather.kind === 'cut') {
      client.destroy();
      return;
    }
    if (weather.kind === 'answer') {
      client.on('data', () => {
        if (weather.close) client.end(weather.bytes);
        else client.write(weather.bytes);
      });
      return;
    }
    const server = connect({ host: '127.0.0.1', port: this.#upstreamPort(), noDelay: true });
    this.#keep(server);
    this.#pass(client, server);
    this.#pass(server, client);
  }

  /** Every piece passes in order, by the weather of its arrival. */
  #pass(from: Socket, to: Socket): void {
    let last = Promise.resolve();
    from.on('data', (piece) => {
      const weather = this.#weather;
      if (weather.kind === 'silent') return;
      if (weather.kind === 'slow') {
        const arrives = new Promise<void>((resolve) => setTimeout(resolve, weather.delayMs));
        last = last.then(() => arrives).then(() => void to.write(piece));
        return;
      }
      last = last.then(() => {
        if (!to.write(piece)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      });
    });
    from.on('end', () => void last.then(() => to.end()));
    from.on('close', () => void last.then(() => to.destroy()));
  }
}

/** What an overloaded store says. */
export const unavailable: Weather = {
  kind: 'answer',
  close: true,
  bytes: 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
};

/** Bytes that no client of Redis can make sense of. */
export const garbage: Weather = {
  kind: 'answer',
  close: false,
  bytes: '\u0007?!$-99\r\n\u0000not a reply\r\n',
};

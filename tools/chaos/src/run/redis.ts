import { connect, type Socket } from 'node:net';

/** A minimal Redis client, for commands without the proxy. */
export class Redis {
  readonly #socket: Socket;

  /** `redis://:password@host:port` */
  constructor(address: string) {
    const url = new URL(address);
    this.#socket = connect({ host: url.hostname, port: Number(url.port) });
    this.#socket.on('error', () => undefined);
    void this.send('AUTH', url.password);
  }

  /** Sends one command; resolves with the next data. */
  send(...words: readonly string[]): Promise<string> {
    const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    return new Promise((resolve) => {
      this.#socket.once('data', (answer) => {
        resolve(answer.toString());
      });
      this.#socket.once('close', () => {
        resolve('');
      });
      this.#socket.write(`*${words.length}\r\n${parts.join('')}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

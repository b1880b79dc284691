import { connect, type Socket } from 'node:net';

/** Says a few words to Redis, past the proxy. */
export class Redis {
  readonly #socket: Socket;

  /** `redis://:password@host:port` */
  constructor(address: string) {
    const url = new URL(address);
    this.#socket = connect({ host: url.hostname, port: Number(url.port) });
    this.#socket.on('error', () => undefined);
    void this.ask('AUTH', url.password);
  }

  /** Sends one command; resolves with whatever comes next. */
  ask(...words: readonly string[]): Promise<string> {
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

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Notice, Order } from '../preload/boundary.ts';

/** Speaks with the members: arms boundaries, counts what they come to and what they write. */
export class Control {
  readonly #server: Server;
  readonly #members = new Map<string, Socket>();
  readonly #sockets = new Set<Socket>();
  #holding: ((member: string, boundary: string) => void) | undefined;
  /** How often each boundary was come to, by `service boundary`. */
  readonly hits = new Map<string, number>();
  /** How often each object was about to be created. */
  readonly creations = new Map<string, number>();

  /** How often the work on a document was begun, by stage, run and attempt. */
  readonly beginnings = new Map<string, number>();

  private constructor() {
    this.#server = createServer((socket) => {
      this.#listen(socket);
    });
  }

  static async open(): Promise<Control> {
    const control = new Control();
    await new Promise<void>((resolve) => control.#server.listen(0, '127.0.0.1', resolve));
    return control;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Whether the member has come up and said so. */
  knows(member: string): boolean {
    return this.#members.has(member);
  }

  /** Arms the member for its next arrival at a boundary; null disarms it. */
  order(member: string, order: Order): void {
    this.#members.get(member)?.write(`${JSON.stringify(order)}\n`);
  }

  /** Called when a member holds still where it was told to. */
  onHolding(listener: ((member: string, boundary: string) => void) | undefined): void {
    this.#holding = listener;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #listen(socket: Socket): void {
    this.#sockets.add(socket);
    let member = '';
    let text = '';
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (this.#members.get(member) === socket) this.#members.delete(member);
    });
    socket.setEncoding('utf8').on('data', (piece: string) => {
      const lines = (text + piece).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const notice = JSON.parse(line) as Notice;
        if (notice.kind === 'hello') {
          member = notice.member;
          this.#members.set(member, socket);
        } else this.#note(member, notice);
      }
    });
  }

  #note(member: string, notice: Exclude<Notice, { kind: 'hello' }>): void {
    switch (notice.kind) {
      case 'hits':
        for (const [boundary, count] of Object.entries(notice.counts)) {
          const name = `${member.replace(/-\d+$/, '')} ${boundary}`;
          this.hits.set(name, (this.hits.get(name) ?? 0) + count);
        }
        return;
      case 'beginning':
        this.beginnings.set(notice.work, (this.beginnings.get(notice.work) ?? 0) + 1);
        return;
      case 'creating':
        this.creations.set(notice.key, (this.creations.get(notice.key) ?? 0) + 1);
        return;
      case 'holding':
        this.#holding?.(member, notice.boundary);
    }
  }
}

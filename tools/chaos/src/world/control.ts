import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Notice, Command } from '../preload/boundary.ts';

/** Sends commands to members, and counts the boundaries they reach and the objects they write. */
export class Control {
  readonly #server: Server;
  readonly #members = new Map<string, Socket>();
  readonly #sockets = new Set<Socket>();
  #holding: ((member: string, boundary: string) => void) | undefined;
  /** Number of times each boundary was reached, by `service boundary`. */
  readonly hits = new Map<string, number>();
  /** Number of creations of each object. */
  readonly creations = new Map<string, number>();

  /** Number of starts of a document, by stage, run and attempt. */
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

  /** Whether the member is connected. */
  isConnected(member: string): boolean {
    return this.#members.has(member);
  }

  /** Sends a command for the next time the member reaches a boundary; null removes it. */
  command(member: string, command: Command): void {
    this.#members.get(member)?.write(`${JSON.stringify(command)}\n`);
  }

  /** Calls `listener` when a member waits at its boundary. */
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
        } else this.#handle(member, notice);
      }
    });
  }

  #handle(member: string, notice: Exclude<Notice, { kind: 'hello' }>): void {
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

import { connect, type Socket } from 'node:net';

/** Command to a member: exit, or wait, when it reaches this boundary next. */
export interface Command {
  readonly boundary: string | null;
  readonly act: 'die' | 'hold';
}

/** Message of a member to the tool. */
export type Notice =
  | { readonly kind: 'hello'; readonly member: string; readonly pid: number }
  | { readonly kind: 'hits'; readonly counts: Readonly<Record<string, number>> }
  | { readonly kind: 'holding'; readonly boundary: string }
  /** A stage starts a document, perhaps not for the first time. */
  | { readonly kind: 'beginning'; readonly work: string }
  /** An object that this member is about to create. */
  | { readonly kind: 'creating'; readonly key: string };

const reportEveryMs = 500;

/** Time that a member waits at its boundary, in milliseconds. */
const holdMs = 2_000;

let socket: Socket | undefined;
let command: Command = { boundary: null, act: 'die' };
let hits: Record<string, number> = {};

/** Connects this process to the tool; without the tool it runs normally. */
export function connectToTool(port: number, member: string): void {
  const opened = connect({ host: '127.0.0.1', port, noDelay: true });
  socket = opened;
  opened.unref();
  opened.on('error', () => undefined);
  notify({ kind: 'hello', member, pid: process.pid });
  let text = '';
  opened.setEncoding('utf8').on('data', (piece: string) => {
    const lines = (text + piece).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) command = JSON.parse(line) as Command;
  });
  setInterval(() => {
    if (Object.keys(hits).length === 0) return;
    notify({ kind: 'hits', counts: hits });
    hits = {};
  }, reportEveryMs).unref();
}

export function notify(notice: Notice): void {
  socket?.write(`${JSON.stringify(notice)}\n`);
}

/** A boundary between two steps. A member with a command for it is killed here, as in a power failure, or waits. */
export async function reach(boundary: string): Promise<void> {
  hits[boundary] = (hits[boundary] ?? 0) + 1;
  if (command.boundary !== boundary) return;
  if (command.act === 'die') process.kill(process.pid, 'SIGKILL');
  command = { boundary: null, act: 'die' };
  notify({ kind: 'holding', boundary });
  await new Promise((resolve) => setTimeout(resolve, holdMs));
}

/** Runs a step between its two boundaries. */
export async function between<T>(name: string, step: () => Promise<T>): Promise<T> {
  await reach(`${name}.before`);
  const result = await step();
  await reach(`${name}.after`);
  return result;
}

import { connect, type Socket } from 'node:net';

/** What the tool tells a member: die, or hold still, when it comes to this boundary next. */
export interface Order {
  readonly boundary: string | null;
  readonly act: 'die' | 'hold';
}

/** What a member tells the tool. */
export type Notice =
  | { readonly kind: 'hello'; readonly member: string; readonly pid: number }
  | { readonly kind: 'hits'; readonly counts: Readonly<Record<string, number>> }
  | { readonly kind: 'holding'; readonly boundary: string }
  /** A stage begins with a document, perhaps not for the first time. */
  | { readonly kind: 'beginning'; readonly work: string }
  /** An object that this member is about to create. */
  | { readonly kind: 'creating'; readonly key: string };

const reportEveryMs = 500;

/** How long a member stays where it was told to hold still, in milliseconds. */
const holdMs = 2_000;

let socket: Socket | undefined;
let order: Order = { boundary: null, act: 'die' };
let hits: Record<string, number> = {};

/** Connects this process to the tool; without the tool it goes on alone. */
export function connectToTool(port: number, member: string): void {
  const opened = connect({ host: '127.0.0.1', port, noDelay: true });
  socket = opened;
  opened.unref();
  opened.on('error', () => undefined);
  tell({ kind: 'hello', member, pid: process.pid });
  let text = '';
  opened.setEncoding('utf8').on('data', (piece: string) => {
    const lines = (text + piece).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) order = JSON.parse(line) as Order;
  });
  setInterval(() => {
    if (Object.keys(hits).length === 0) return;
    tell({ kind: 'hits', counts: hits });
    hits = {};
  }, reportEveryMs).unref();
}

export function tell(notice: Notice): void {
  socket?.write(`${JSON.stringify(notice)}\n`);
}

/** A place between two steps. Whoever is armed for it ends here, as if the power had gone. */
export async function reach(boundary: string): Promise<void> {
  hits[boundary] = (hits[boundary] ?? 0) + 1;
  if (order.boundary !== boundary) return;
  if (order.act === 'die') process.kill(process.pid, 'SIGKILL');
  order = { boundary: null, act: 'die' };
  tell({ kind: 'holding', boundary });
  await new Promise((resolve) => setTimeout(resolve, holdMs));
}

/** Runs a step between its two boundaries. */
export async function between<T>(name: string, step: () => Promise<T>): Promise<T> {
  await reach(`${name}.before`);
  const result = await step();
  await reach(`${name}.after`);
  return result;
}

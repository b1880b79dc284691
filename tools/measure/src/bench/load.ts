import { setTimeout as pause } from 'node:timers/promises';

/** How documents are sent: so many at once, each after the end of another; or at a rate, whatever has ended. */
export type Load = { readonly atOnce: number } | { readonly perHour: number };

/** Sends documents `0` to `count - 1`; `send` resolves when its document has ended. Resolves when all have. */
export async function sendAll(
  count: number,
  load: Load,
  send: (index: number) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  if ('perHour' in load) {
    await sendAtRate(count, load.perHour, send, signal);
    return;
  }
  let next = 0;
  const sendOneAfterTheOther = async (): Promise<void> => {
    while (next < count) {
      signal.throwIfAborted();
      next += 1;
      await send(next - 1);
    }
  };
  await Promise.all(Array.from({ length: Math.min(load.atOnce, count) }, sendOneAfterTheOther));
}

async function sendAtRate(
  count: number,
  perHour: number,
  send: (index: number) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const beganAt = performance.now();
  const sent: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const dueAt = beganAt + (index * 3_600_000) / perHour;
    await pause(Math.max(0, dueAt - performance.now()), undefined, { signal });
    sent.push(send(index));
    // Whoever waits for all of them below hears of a failure; until then it must not end the process.
    sent.at(-1)?.catch(() => undefined);
  }
  await Promise.all(sent);
}

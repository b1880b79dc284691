import { isDeepStrictEqual } from 'node:util';
import { Problem, waitUntil } from '@docfleet/stack';

/** Guards against hanging, no more: machines are shared. */
export const patienceMs = 300_000;

/** @throws Problem that shows both values unless they are equal */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Problem(`${what}: expected ${JSON.stringify(expected)}, but it is ${JSON.stringify(actual)}.`);
}

/** Waits until the value is the expected one. @throws Problem with the last value */
export async function eventually(
  what: string,
  expected: unknown,
  read: () => Promise<unknown>,
  timeoutMs = patienceMs,
): Promise<void> {
  let last: unknown;
  const isReached = await waitUntil(async () => {
    last = await read();
    return isDeepStrictEqual(last, expected);
  }, timeoutMs);
  if (!isReached)
    throw new Problem(
      `${what}: expected ${JSON.stringify(expected)} within ${timeoutMs / 1000} s, but it is ${JSON.stringify(last)}.`,
    );
}

/** @throws Problem unless the action fails with a message that contains the text */
export async function expectRefusal(
  what: string,
  text: string,
  action: () => Promise<unknown>,
): Promise<void> {
  let message: string;
  try {
    await action();
    message = '';
  } catch (error) {
    message = error instanceof Error ? error.message : String(error);
  }
  if (message === '') throw new Problem(`${what} was accepted, but should have been refused.`);
  if (!message.includes(text)) throw new Problem(`${what} was refused for another reason: ${message}`);
}

import type { Client } from '@docfleet/client';
import { interruptedCode } from '@docfleet/command-line';
import type { Shell } from '../shell.ts';
import { explaining } from './advice.ts';
import { openClient } from './open-client.ts';

/** What a command that calls the API works with. */
export interface Work {
  readonly client: Client;
  readonly signal: AbortSignal;
  /** Prints an object for a program, or a text for a person. */
  readonly print: (object: object, text: string) => void;
}

/** Does the work of a command and gives its exit code; a refusal is told in one line. */
export async function withClient(
  { values }: { readonly values: { readonly json: boolean } },
  shell: Shell,
  work: (tools: Work) => Promise<number>,
): Promise<number> {
  const { stdout, stderr, signal } = shell;
  const client = openClient(shell);
  const isJson = values.json || stdout.isTTY !== true;
  const print = (object: object, text: string): void => {
    stdout.write(`${isJson ? JSON.stringify(object) : text}\n`);
  };
  const say = (text: string): void => void stderr.write(text);
  return explaining(say, async () => {
    try {
      return await work({ client, signal, print });
    } catch (error) {
      if (!signal.aborted) throw error;
      say('Interrupted.\n');
      return interruptedCode;
    }
  });
}

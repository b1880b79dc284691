import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { commands, interruptedCode, usageError, type ValuesOf } from '@docfleet/command-line';
import type { Shell } from '../shell.ts';
import { explaining } from './advice.ts';
import { loginFileOf, removeConnection, storeConnection } from './connection.ts';
import { clientOf } from './open-client.ts';

const { login } = commands.docfleet.subcommands;

/** `docfleet login`: tries a key and stores it with the address of its fleet. */
export async function loginCommand(
  { values }: { readonly values: ValuesOf<typeof login.options> },
  shell: Shell,
): Promise<number> {
  const { environment, homeFolder, stdout, stderr, signal } = shell;
  const file = loginFileOf(environment, homeFolder);
  if (values.remove) {
    stdout.write(removeConnection(file) ? `${file} was removed.\n` : 'Nothing was stored.\n');
    return 0;
  }
  const api = (values.api ?? environment['DOCFLEET_API'])?.replace(/\/+$/, '');
  if (api === undefined) throw usageError(login, 'needs --api, the address of the fleet');
  if (!URL.canParse(api) || !/^https?:$/.test(new URL(api).protocol))
    throw usageError(login, `--api takes an address such as https://docfleet.example, not '${api}'`);
  return explaining(
    (text) => void stderr.write(text),
    async () => {
      const apiKey = environment['DOCFLEET_API_KEY'] ?? (await readKey(shell));
      if (signal.aborted) return interruptedCode;
      if (!/^[\x21-\x7e]{1,500}$/.test(apiKey)) throw usageError(login, 'got no key on standard input');
      // Any key of a tenant or of the fleet may list jobs.
      await clientOf({ api, apiKey }).listJobs({ limit: 1 }, { signal });
      storeConnection(file, { api, apiKey });
      stdout.write(`The key is valid; it is stored in ${file}.\n`);
      return 0;
    },
  );
}

/** The first line of standard input. On a terminal it is asked for, and not shown. */
async function readKey({ stdin, stderr, signal }: Shell): Promise<string> {
  const isTerminal = 'isTTY' in stdin && stdin.isTTY === true;
  if (isTerminal) stderr.write('API key (not shown): ');
  const output = new Writable({
    write: (_chunk, _encoding, written) => {
      written();
    },
  });
  const lines = createInterface({ input: stdin, output, terminal: isTerminal });
  try {
    return await new Promise<string>((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => {
        resolve('');
      });
      signal.addEventListener('abort', () => {
        lines.close();
      });
    });
  } finally {
    lines.close();
    if (isTerminal) stderr.write('\n');
  }
}

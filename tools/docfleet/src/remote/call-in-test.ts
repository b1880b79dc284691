import { Readable } from 'node:stream';
import { commandOf, commands } from '@docfleet/command-line';
import { isProgram, programs } from '../programs.ts';
import type { Shell } from '../shell.ts';

export interface CallOptions {
  readonly isTerminal?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
  /** Called with each text for a person, as it is written. */
  readonly onStderr?: (text: string) => void;
}

/** What a call wrote, and its exit code. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls the command as a person does in a terminal, or a program without one; files are those of `folder`. */
export async function callInTest(
  line: readonly string[],
  places: { readonly folder: string; readonly endpointsFile: string },
  given: CallOptions = {},
): Promise<Ended> {
  const { folder } = places;
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written) => ({
    isTTY: given.isTerminal === true,
    columns: 80,
    write: (text: string | Uint8Array) => {
      const plain = typeof text === 'string' ? text : Buffer.from(text).toString();
      written[name] += plain;
      if (name === 'stderr') given.onStderr?.(plain);
      return true;
    },
    once: () => undefined,
  });
  const startedAt = performance.now();
  const shell: Shell = {
    ...places,
    environment: { XDG_CONFIG_HOME: folder, ...given.environment },
    ...{ homeFolder: folder, modelsFolder: folder },
    temporaryFolder: () => folder,
    stdin: Readable.from([given.stdin ?? '']),
    stdout: output('stdout'),
    stderr: output('stderr'),
    elapsedMs: () => performance.now() - startedAt,
    signal: given.signal ?? new AbortController().signal,
  };
  const { argv, subcommand = '' } = commandOf(commands.docfleet, line);
  if (!isProgram(subcommand)) throw new Error(`'${line.join(' ')}' names no command`);
  const code = await programs[subcommand](argv, shell);
  return { code, ...written };
}

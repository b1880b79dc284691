import { commands, runCommand } from '@docfleet/command-line';
import { batchPrograms } from './batch/programs.ts';
import { readCommand } from './read/read-command.ts';
import { remotePrograms } from './remote/programs.ts';
import { reviewPrograms } from './review/programs.ts';
import type { Shell } from './shell.ts';
import { webhooksPrograms } from './webhooks/programs.ts';

const { subcommands } = commands.docfleet;

/** Runs a subcommand with its arguments and gives the exit code. */
type Program = (argv: readonly string[], shell: Shell) => Promise<number>;

/** The words that lead to a command which has no subcommands, with blanks between them. */
type Words<Commands> = {
  [Word in keyof Commands & string]: Commands[Word] extends { readonly subcommands: infer Below }
    ? `${Word} ${keyof Below & string}`
    : Word;
}[keyof Commands & string];

/** The program of each subcommand that `tools/command-line` describes. */
export const programs: Readonly<Record<Words<typeof subcommands>, Program>> = {
  ...remotePrograms,
  ...batchPrograms,
  ...reviewPrograms,
  ...webhooksPrograms,
  read: (argv, shell) => runCommand(subcommands.read, argv, (call) => readCommand(call, shell)),
};

export function isProgram(words: string): words is keyof typeof programs {
  return Object.hasOwn(programs, words);
}

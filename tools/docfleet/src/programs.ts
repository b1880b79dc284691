import { commands, runCommand } from '@docfleet/command-line';
import { readCommand } from './read/read-command.ts';
import { remotePrograms } from './remote/programs.ts';
import type { Shell } from './shell.ts';

const { subcommands } = commands.docfleet;

/** Runs a subcommand with its arguments and gives the exit code. */
type Program = (argv: readonly string[], shell: Shell) => Promise<number>;

/** The program of each subcommand that `tools/command-line` describes. */
export const programs: Readonly<Record<keyof typeof subcommands, Program>> = {
  ...remotePrograms,
  read: (argv, shell) => runCommand(subcommands.read, argv, (call) => readCommand(call, shell)),
};

export function isProgram(word: string): word is keyof typeof programs {
  return Object.hasOwn(programs, word);
}

import { commands, usageError } from '@docfleet/command-line';
import type { Shell } from '../shell.ts';
import { completionScript, shells } from './completion.ts';

const { subcommands } = commands.docfleet;

/** `docfleet completion`: prints the completion script of a shell. */
export function completionCommand(
  { operands: [name, ...more] }: { readonly operands: readonly string[] },
  { stdout }: Shell,
): number {
  const shell = shells.find((each) => each === name);
  if (shell === undefined || more.length > 0) throw usageError(subcommands.completion, 'takes one shell');
  stdout.write(completionScript(shell, subcommands));
  return 0;
}

import { commands, runCommand } from '@docfleet/command-line';
import type { Shell } from '../shell.ts';
import { batchCancelCommand, batchListCommand, batchStatusCommand } from './batch-commands.ts';
import { batchResultsCommand } from './results-command.ts';
import { batchSubmitCommand } from './submit-command.ts';
import { batchWatchCommand } from './watch-command.ts';

const { submit, status, list, watch, cancel, results } = commands.docfleet.subcommands.batch.subcommands;

type Program = (argv: readonly string[], shell: Shell) => Promise<number>;

/** The programs of `docfleet batch`. */
export const batchPrograms = {
  'batch submit': (argv, shell) => runCommand(submit, argv, (call) => batchSubmitCommand(call, shell)),
  'batch status': (argv, shell) => runCommand(status, argv, (call) => batchStatusCommand(call, shell)),
  'batch list': (argv, shell) => runCommand(list, argv, (call) => batchListCommand(call, shell)),
  'batch watch': (argv, shell) => runCommand(watch, argv, (call) => batchWatchCommand(call, shell)),
  'batch cancel': (argv, shell) => runCommand(cancel, argv, (call) => batchCancelCommand(call, shell)),
  'batch results': (argv, shell) => runCommand(results, argv, (call) => batchResultsCommand(call, shell)),
} satisfies Readonly<Record<string, Program>>;

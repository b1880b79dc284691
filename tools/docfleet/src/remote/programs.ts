import { commands, runCommand } from '@docfleet/command-line';
import type { Shell } from '../shell.ts';
import { completionCommand } from './completion-command.ts';
import { cancelCommand, resultsCommand, watchCommand } from './job-commands.ts';
import { keysCommand } from './keys-command.ts';
import { loginCommand } from './login-command.ts';
import { submitCommand } from './submit-command.ts';

const { submit, watch, results, cancel, login, keys, completion } = commands.docfleet.subcommands;

type Program = (argv: readonly string[], shell: Shell) => Promise<number>;

/** The programs of the subcommands that call a fleet. */
export const remotePrograms = {
  submit: (argv, shell) => runCommand(submit, argv, (call) => submitCommand(call, shell)),
  watch: (argv, shell) => runCommand(watch, argv, (call) => watchCommand(call, shell)),
  results: (argv, shell) => runCommand(results, argv, (call) => resultsCommand(call, shell)),
  cancel: (argv, shell) => runCommand(cancel, argv, (call) => cancelCommand(call, shell)),
  login: (argv, shell) => runCommand(login, argv, (call) => loginCommand(call, shell)),
  keys: (argv, shell) => runCommand(keys, argv, (call) => keysCommand(call, shell)),
  completion: (argv, shell) => runCommand(completion, argv, (call) => completionCommand(call, shell)),
} satisfies Readonly<Record<string, Program>>;

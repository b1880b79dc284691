import { commands, runCommand } from '@docfleet/command-line';
import type { Shell } from '../shell.ts';
import {
  approveCommand,
  listTasksCommand,
  nextTaskCommand,
  rejectCommand,
  showTaskCommand,
} from './review-commands.ts';

const of = commands.docfleet.subcommands.review.subcommands;

type Program = (argv: readonly string[], shell: Shell) => Promise<number>;

/** The programs of `docfleet review`. */
export const reviewPrograms = {
  'review list': (argv, shell) => runCommand(of.list, argv, (call) => listTasksCommand(call, shell)),
  'review next': (argv, shell) => runCommand(of.next, argv, (call) => nextTaskCommand(call, shell)),
  'review show': (argv, shell) => runCommand(of.show, argv, (call) => showTaskCommand(call, shell)),
  'review approve': (argv, shell) => runCommand(of.approve, argv, (call) => approveCommand(call, shell)),
  'review reject': (argv, shell) => runCommand(of.reject, argv, (call) => rejectCommand(call, shell)),
} satisfies Readonly<Record<string, Program>>;

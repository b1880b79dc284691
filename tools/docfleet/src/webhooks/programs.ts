import { commands, runCommand } from '@docfleet/command-line';
import type { Shell } from '../shell.ts';
import {
  createWebhookCommand,
  deleteWebhookCommand,
  deliveriesCommand,
  listWebhooksCommand,
  replayCommand,
  rotateWebhookCommand,
  showWebhookCommand,
  testWebhookCommand,
  updateWebhookCommand,
} from './webhooks-commands.ts';

const of = commands.docfleet.subcommands.webhooks.subcommands;

type Program = (argv: readonly string[], shell: Shell) => Promise<number>;

/** The programs of `docfleet webhooks`. */
export const webhooksPrograms = {
  'webhooks list': (argv, shell) => runCommand(of.list, argv, (call) => listWebhooksCommand(call, shell)),
  'webhooks create': (argv, shell) =>
    runCommand(of.create, argv, (call) => createWebhookCommand(call, shell)),
  'webhooks show': (argv, shell) => runCommand(of.show, argv, (call) => showWebhookCommand(call, shell)),
  'webhooks update': (argv, shell) =>
    runCommand(of.update, argv, (call) => updateWebhookCommand(call, shell)),
  'webhooks delete': (argv, shell) =>
    runCommand(of.delete, argv, (call) => deleteWebhookCommand(call, shell)),
  'webhooks rotate': (argv, shell) =>
    runCommand(of.rotate, argv, (call) => rotateWebhookCommand(call, shell)),
  'webhooks test': (argv, shell) => runCommand(of.test, argv, (call) => testWebhookCommand(call, shell)),
  'webhooks deliveries': (argv, shell) =>
    runCommand(of.deliveries, argv, (call) => deliveriesCommand(call, shell)),
  'webhooks replay': (argv, shell) => runCommand(of.replay, argv, (call) => replayCommand(call, shell)),
} satisfies Readonly<Record<string, Program>>;

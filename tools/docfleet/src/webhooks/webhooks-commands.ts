import type { WebhookDeliveryWithLog, WebhookReplayed } from '@docfleet/client';
import { commands, usageError, type ValuesOf } from '@docfleet/command-line';
import { sleep, systemClock } from '@docfleet/domain';
import { exitCodes } from '../read/exit-code.ts';
import { entriesOf } from '../remote/pages.ts';
import { timeOption } from '../remote/time-option.ts';
import { withClient } from '../remote/with-client.ts';
import type { Shell } from '../shell.ts';
import { renderDelivery, renderSecret, renderWebhook } from './render-webhook.ts';

const { update, deliveries, replay } = commands.docfleet.subcommands.webhooks.subcommands;
type Subcommands = typeof commands.docfleet.subcommands.webhooks.subcommands;

interface Call<Name extends keyof Subcommands> {
  readonly operands: readonly string[];
  readonly values: ValuesOf<Subcommands[Name]['options']>;
}

/** What stands for the callbacks of jobs where a webhook is named. */
const callbacks = 'callbacks';

/** Interval at which a delivery is asked for, in milliseconds. */
const askEveryMs = 500;

/** `docfleet webhooks list`: prints the webhooks of the tenant. */
export function listWebhooksCommand(call: Call<'list'>, shell: Shell): Promise<number> {
  return withClient(call, shell, async ({ client, signal, print }) => {
    const { webhooks } = await client.listWebhooks({ signal });
    for (const webhook of webhooks) print(webhook, renderWebhook(webhook));
    return 0;
  });
}

/** `docfleet webhooks create`: creates a webhook and shows its secret, this once. */
export function createWebhookCommand(call: Call<'create'>, shell: Shell): Promise<number> {
  const { event: eventTypes, description } = call.values;
  const body = { url: idOf(call), eventTypes, description };
  return withClient(call, shell, async ({ client, signal, print }) => {
    const created = await client.createWebhook({ body }, { signal });
    print(created, renderWebhook(created));
    return 0;
  });
}

/** `docfleet webhooks show`: prints a webhook. */
export function showWebhookCommand(call: Call<'show'>, shell: Shell): Promise<number> {
  return withClient(call, shell, async ({ client, signal, print }) => {
    const webhook = await client.readWebhook({ endpointId: idOf(call) }, { signal });
    print(webhook, renderWebhook(webhook));
    return 0;
  });
}

/** `docfleet webhooks update`: changes what is named of a webhook. */
export function updateWebhookCommand(call: Call<'update'>, shell: Shell): Promise<number> {
  const { url, event, description, enable, disable } = call.values;
  const all = call.values['all-events'];
  if (all && event !== undefined) throw usageError(update, '--event and --all-events exclude each other');
  const eventTypes = all ? [] : event;
  const enabled = enable ? true : disable ? false : undefined;
  const body = { url, eventTypes, description, enabled };
  if (Object.values(body).every((each) => each === undefined))
    throw usageError(update, 'needs an option that says what to change');
  return withClient(call, shell, async ({ client, signal, print }) => {
    const webhook = await client.changeWebhook({ endpointId: idOf(call), body }, { signal });
    print(webhook, renderWebhook(webhook));
    return 0;
  });
}

/** `docfleet webhooks delete`: deletes a webhook and prints what it was. */
export function deleteWebhookCommand(call: Call<'delete'>, shell: Shell): Promise<number> {
  return withClient(call, shell, async ({ client, signal, print }) => {
    const webhook = await client.deleteWebhook({ endpointId: idOf(call) }, { signal });
    print(webhook, `${webhook.endpointId}: deleted`);
    return 0;
  });
}

/** `docfleet webhooks rotate`: makes another secret and shows it, this once. */
export function rotateWebhookCommand(call: Call<'rotate'>, shell: Shell): Promise<number> {
  const endpointId = idOf(call);
  const graceSeconds = Number(call.values.grace);
  return withClient(call, shell, async ({ client, signal, print }) => {
    if (endpointId === callbacks) {
      const answer = await client.rotateCallbackSecret({ graceSeconds }, { signal });
      print(answer, renderSecret(answer.secret));
    } else {
      const answer = await client.rotateWebhookSecret({ endpointId, graceSeconds }, { signal });
      print(answer, renderWebhook(answer));
    }
    return 0;
  });
}

/** `docfleet webhooks test`: sends a test, and tells how its first attempt went. */
export function testWebhookCommand(call: Call<'test'>, shell: Shell): Promise<number> {
  const timeoutMs = Number(call.values.timeout) * 1_000;
  return withClient(call, shell, async ({ client, signal, print }) => {
    const sent = await client.testWebhook({ endpointId: idOf(call) }, { signal });
    if (timeoutMs === 0) {
      print(sent, renderDelivery(sent));
      return 0;
    }
    const { deliveryId } = sent;
    const giveUpAt = shell.elapsedMs() + timeoutMs;
    for (;;) {
      const delivery = await client.readWebhookDelivery({ deliveryId }, { signal });
      if (wasTried(delivery) || shell.elapsedMs() >= giveUpAt) {
        print(delivery, renderDelivery(delivery));
        return delivery.state === 'delivered' ? 0 : exitCodes.failed;
      }
      await sleep(systemClock, askEveryMs, signal);
    }
  });
}

/** `docfleet webhooks deliveries`: lists deliveries, or prints those that are named with their attempts. */
export function deliveriesCommand(call: Call<'deliveries'>, shell: Shell): Promise<number> {
  const { endpoint: endpointId, subject, limit } = call.values;
  const state = deliveries.options.state.accepts.of.find((each) => each === call.values.state);
  if (call.operands.length > 0 && [endpointId, subject, state].some((each) => each !== undefined))
    throw usageError(deliveries, 'takes ids, or options that choose');
  return withClient(call, shell, async ({ client, signal, print }) => {
    for (const deliveryId of call.operands) {
      const delivery = await client.readWebhookDelivery({ deliveryId }, { signal });
      print(delivery, renderDelivery(delivery));
    }
    if (call.operands.length > 0) return 0;
    const listed = entriesOf(Number(limit), async (page) => {
      const found = await client.listWebhookDeliveries({ ...page, endpointId, subject, state }, { signal });
      return { entries: found.deliveries, next: found.next };
    });
    for await (const delivery of listed) print(delivery, renderDelivery(delivery));
    return 0;
  });
}

/** `docfleet webhooks replay`: sends deliveries again. */
export function replayCommand(call: Call<'replay'>, shell: Shell): Promise<number> {
  const { endpoint: endpointId } = call.values;
  const state = replay.options.state.accepts.of.find((each) => each === call.values.state);
  const since = timeOption(replay, 'since', call.values.since);
  const until = timeOption(replay, 'until', call.values.until);
  const choosing = [endpointId, since, until, state].some((each) => each !== undefined);
  if (call.operands.length > 0 === choosing)
    throw usageError(replay, 'takes ids of deliveries, or --endpoint with --since');
  if (choosing && (endpointId === undefined || since === undefined))
    throw usageError(replay, 'needs --endpoint and --since together');
  return withClient(call, shell, async ({ client, signal, print }) => {
    for (const deliveryId of call.operands) {
      const delivery = await client.replayWebhookDelivery({ deliveryId }, { signal });
      print(delivery, renderDelivery(delivery));
    }
    if (endpointId === undefined || since === undefined) return 0;
    let replayed = 0;
    for (let from: string | null = since; from !== null;) {
      const body = { since: from, until, state };
      const answer: WebhookReplayed = await client.replayWebhook({ endpointId, body }, { signal });
      replayed += answer.replayed;
      from = answer.next;
    }
    print({ endpointId, replayed }, `${endpointId}: ${replayed} will be sent again`);
    return 0;
  });
}

function idOf({ operands: [id = ''] }: { readonly operands: readonly string[] }): string {
  return id;
}

function wasTried({ state, log }: WebhookDeliveryWithLog): boolean {
  return state !== 'pending' || log.length > 0;
}

import { commands, type ValuesOf } from '@docfleet/command-line';
import { explaining } from '../remote/advice.ts';
import { onEach } from '../remote/on-each.ts';
import { openClient } from '../remote/open-client.ts';
import { entriesOf } from '../remote/pages.ts';
import { timeOption } from '../remote/time-option.ts';
import type { Shell } from '../shell.ts';
import { outcomesOf, renderStatus, summaryLine } from './render-batch.ts';

const subcommands = commands.docfleet.subcommands.batch.subcommands;
type Values<Name extends keyof typeof subcommands> = ValuesOf<(typeof subcommands)[Name]['options']>;

/** `docfleet batch status`: prints the state of batches and of their files. */
export async function batchStatusCommand(
  call: { readonly operands: readonly string[]; readonly values: Values<'status'> },
  shell: Shell,
): Promise<number> {
  const isJson = call.values.json || shell.stdout.isTTY !== true;
  return onEach(call.operands, { shell, what: 'batches' }, async (client, batchId) => {
    const batch = await client.getBatch({ batchId }, { signal: shell.signal });
    shell.stdout.write(isJson ? `${JSON.stringify(batch)}\n` : renderStatus(batch));
    return outcomesOf(batch);
  });
}

/** `docfleet batch cancel`: cancels what has not ended of batches. */
export async function batchCancelCommand(
  call: { readonly operands: readonly string[]; readonly values: Values<'cancel'> },
  shell: Shell,
): Promise<number> {
  const isJson = call.values.json || shell.stdout.isTTY !== true;
  return onEach(call.operands, { shell, what: 'batches' }, async (client, batchId) => {
    const batch = await client.cancelBatch({ batchId }, { signal: shell.signal });
    const { state, counts } = batch;
    shell.stdout.write(
      isJson
        ? `${JSON.stringify({ batchId, state, counts })}\n`
        : `${batchId}: what has not ended will end as cancelled\n`,
    );
    return [];
  });
}

/** `docfleet batch list`: lists batches, newest first. */
export async function batchListCommand(
  { values }: { readonly values: Values<'list'> },
  shell: Shell,
): Promise<number> {
  const { stdout, signal } = shell;
  const since = timeOption(subcommands.list, 'since', values.since);
  const state = subcommands.list.options.state.accepts.of.find((each) => each === values.state);
  const client = openClient(shell);
  const isJson = values.json || stdout.isTTY !== true;
  return explaining(
    (text) => void shell.stderr.write(text),
    async () => {
      const batches = entriesOf(Number(values.limit), async (page) => {
        const found = await client.listBatches({ ...page, state, since }, { signal });
        return { entries: found.batches, next: found.next };
      });
      for await (const batch of batches) {
        const line = `${batch.createdAt}  ${summaryLine(batch)}`;
        stdout.write(`${isJson ? JSON.stringify(batch) : line}\n`);
      }
      return 0;
    },
  );
}
